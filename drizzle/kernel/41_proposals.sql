-- Approvals: what one staff member proposes, another approves, and is then executed once. What a
-- proposal is for (`kind`, `subject`, `digest`) is up to the function that proposes; it executes
-- the approval in the transaction in which it does what was approved.

-- Proposes, or finds the proposal that was made of the same. The caller holds the lock on the
-- subject. One with another digest is withdrawn: what it proposed has changed.
CREATE OR REPLACE FUNCTION onceward.propose(
  p_kind text, p_subject text, p_digest text, p_permission text, p_summary json, by_actor bigint,
  valid_for interval DEFAULT '7 days') RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  moment CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  found_no bigint;
BEGIN
  UPDATE onceward.proposals p
     SET state = CASE WHEN p.expires_at <= moment THEN 'expired' ELSE 'withdrawn' END,
         decided_at = coalesce(p.decided_at, moment)
   WHERE p.kind = p_kind AND p.subject = p_subject AND p.state IN ('open', 'approved')
     AND (p.expires_at <= moment OR p.digest <> p_digest);
  SELECT p.no INTO found_no FROM onceward.proposals p
   WHERE p.kind = p_kind AND p.subject = p_subject AND p.state IN ('open', 'approved');
  IF found_no IS NULL THEN
    INSERT INTO onceward.proposals (
      kind, subject, digest, permission, summary, proposed_by, proposed_at, expires_at)
    VALUES (p_kind, p_subject, p_digest, p_permission, p_summary, by_actor, moment,
            moment + valid_for)
    RETURNING no INTO found_no;
  END IF;
  RETURN found_no;
END $$;

-- The approval that can be executed; null: there is none. `FOR NO KEY UPDATE`: until the
-- transaction ends nobody withdraws it.
CREATE OR REPLACE FUNCTION onceward.approval_of(p_kind text, p_subject text, p_digest text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  found_no bigint;
BEGIN
  SELECT p.no INTO found_no FROM onceward.proposals p
   WHERE p.kind = p_kind AND p.subject = p_subject AND p.digest = p_digest
     AND p.state = 'approved' AND p.expires_at > clock_timestamp() FOR NO KEY UPDATE;
  RETURN found_no;
END $$;

-- Marks an approval as executed, which happens once.
CREATE OR REPLACE FUNCTION onceward.execute_proposal(p_no bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE onceward.proposals p
     SET state = 'executed', executed_at = date_trunc('milliseconds', clock_timestamp())
   WHERE p.no = p_no AND p.state = 'approved';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'proposal % is not approved', p_no USING ERRCODE = 'serialization_failure';
  END IF;
END $$;

-- Why a staff member may not approve or withdraw a proposal; null: they may. Its maker may withdraw
-- it, and so may those who could approve it.
CREATE OR REPLACE FUNCTION onceward.judge_proposal(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  proposal onceward.proposals;
  approves CONSTANT boolean := action->>'kind' = 'proposal.approve';
  why text;
BEGIN
  SELECT p.* INTO proposal FROM onceward.proposals p
   WHERE p.no = (action->>'proposalId')::bigint FOR NO KEY UPDATE;
  IF proposal.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'proposal',
                             'id', (action->>'proposalId')::bigint);
  END IF;
  why := CASE
    WHEN proposal.state NOT IN ('open', 'approved') THEN proposal.state
    WHEN proposal.expires_at <= clock_timestamp() THEN 'expired'
    WHEN approves AND proposal.state = 'approved' THEN 'approved'
    WHEN approves AND proposal.proposed_by = by_actor THEN 'own'
    WHEN approves AND proposal.kind LIKE 'staff.%' AND proposal.subject = by_actor::text
      THEN 'about_you'
    WHEN proposal.proposed_by = by_actor THEN NULL
    WHEN onceward.staff_forbidden(by_actor, proposal.permission) IS NOT NULL THEN 'role' END;
  IF why IS NULL THEN RETURN NULL; END IF;
  RETURN json_build_object('kind', 'proposal_refused', 'proposalId', proposal.no, 'why', why);
END $$;

CREATE OR REPLACE FUNCTION onceward.decide_proposal(action jsonb, by_actor bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE onceward.proposals p
     SET state = CASE action->>'kind' WHEN 'proposal.approve' THEN 'approved'
                                      ELSE 'withdrawn' END,
         decided_by = by_actor, decided_at = date_trunc('milliseconds', clock_timestamp())
   WHERE p.no = (action->>'proposalId')::bigint;
END $$;

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.proposal_json(p_no bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', p.no, 'kind', p.kind, 'subject', p.subject, 'digest', p.digest,
           'summary', p.summary, 'permission', p.permission,
           'state', CASE WHEN p.state IN ('open', 'approved') AND p.expires_at <= clock_timestamp()
                         THEN 'expired' ELSE p.state END,
           'proposedBy', (SELECT a.id FROM onceward.actors a WHERE a.no = p.proposed_by),
           'proposedAt', onceward.shown_time(p.proposed_at),
           'expiresAt', onceward.shown_time(p.expires_at),
           'decidedBy', (SELECT a.id FROM onceward.actors a WHERE a.no = p.decided_by),
           'decidedAt', onceward.shown_time(p.decided_at),
           'executedAt', onceward.shown_time(p.executed_at))
    FROM onceward.proposals p WHERE p.no = p_no);
