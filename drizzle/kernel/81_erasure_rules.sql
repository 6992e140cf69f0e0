-- What the erasure of a player does to each column of each table. A test compares this with the
-- catalogue, so that no column is forgotten; 82_erasure.sql executes it, and 90_guards.sql lets
-- nothing else change what is recorded.
--
--   keep     stays: numbers, times, amounts, names of the config, and what others decided
--   new      of the player: a random value
--   blank    in rows of the player: emptied
--   digest   in rows of the player: replaced by a digest whose key is forgotten, so equal keys stay
--            equal
--   source   the same, except keys of the whole game, which stay taken; in them mentions go
--   remove   rows of the player are removed
--   text     in rows of the player: emptied; in others: mentions of the player are replaced
--   mention  in all rows: mentions of the player are replaced
--
-- Keys of claims and requests of others stay, because a key that changed could be claimed again.

CREATE OR REPLACE FUNCTION onceward.erasure_rules_of_ledger()
RETURNS TABLE ("table" text, rule text, columns text) LANGUAGE sql IMMUTABLE ROWS 40
BEGIN ATOMIC
  SELECT * FROM (VALUES
    ('actors', 'keep',
     'no updated_at created_at frozen_at number version refused refused_on archived accepts_gifts'
     ' kind merged_into merged_from'),
    ('actors', 'new', 'id handle'),
    ('actors', 'blank', 'zones'),
    ('names', 'keep', 'kind no regenerates name'),
    ('balances', 'keep', 'player amount anchored_at sequence resource'),
    ('reward_claims', 'keep',
     'player actor claimed_at counterparty occurred_at correlation_id number version'
     ' config_version amounts_version counterparty_number counterparty_version announced'
     ' units operation claim_type generation draws shown limits_used paid_with'
     ' became_pending'),
    ('reward_claims', 'blank', 'fingerprint client_correlation_id facts_read'),
    ('reward_claims', 'digest', 'claim_key idempotency_key'),
    ('reward_claims', 'text', 'input reason'),
    ('ledger_entries', 'keep',
     'player delta before requested anchored_at number sequence resource ordinal cause'
     ' after'),
    ('checkpoints', 'keep', 'player balance anchored_at sequence number resource'),
    ('refusals', 'keep',
     'player actor refused_at correlation_id config_version version expires_on operation'),
    ('refusals', 'remove',
     'fingerprint idempotency_key claim_type claim_key client_correlation_id'),
    ('refusals', 'mention', 'input reason rejection'),
    ('bulk_calls', 'keep', 'actor recorded_at correlation_id config_version operation'),
    ('bulk_calls', 'blank', 'fingerprint client_correlation_id items'),
    ('bulk_calls', 'digest', 'idempotency_key'),
    ('bulk_calls', 'text', 'input'),
    ('source_keys', 'keep', 'scope player number resource'),
    ('source_keys', 'source', 'key'),
    ('limit_counters', 'keep', 'subject used limit kind period'),
    ('counted_claims', 'keep',
     'subject since up_to limit kind claim_type received resource period'),
    ('game_limits', 'keep', 'bound limit stripes period'),
    ('pending_rewards', 'keep',
     'player announced_at expires_at read_at number config_version claim_type origin'
     ' unread held_type held_by is_held'),
    ('pending_rewards', 'digest', 'claim_key'),
    ('pending_rewards', 'text', 'message'),
    ('pending_rewards', 'mention', 'plan'),
    ('reversed_claims', 'keep',
     'player number units reversed reversed_by parts reopened budget_returned'),
    ('code_batches', 'keep',
     'no created_at opens_at closes_at actor uses number config_version codes per_player'
     ' id label reward_type plan'),
    ('codes', 'keep', 'digest batch ordinal'),
    ('code_tries', 'keep', 'player'),
    ('code_tries', 'remove', 'wrong_at'),
    ('lock_buckets', 'keep', 'no'),
    ('outbox', 'keep', 'transaction no player number slot'),
    ('outbox_state', 'keep', 'one removed_transaction removed_event rotated_at'),
    ('event_readers', 'keep', 'name transaction event advanced_at'),
    ('archive_parts', 'keep',
     'no claims entries archived_at claimed_from claimed_until restored_at claims_bytes'
     ' entries_bytes claims_sha256 entries_sha256 sums'),
    ('archived_claims', 'keep',
     'player claimed_at key_digest claim_digest fingerprint counterparty expired_at number'
     ' part row entry_row counterparty_number announced entries generation became_pending'),
    ('archived_claims', 'text', 'texts'),
    ('archive_keys', 'keep', 'player'),
    ('archive_keys', 'remove', 'key'),
    ('archived_uses', 'keep', 'player until claim_type resource received numbers amounts')
  ) AS r("table", rule, columns);
END;

CREATE OR REPLACE FUNCTION onceward.erasure_rules_of_operations()
RETURNS TABLE ("table" text, rule text, columns text) LANGUAGE sql IMMUTABLE ROWS 40
BEGIN ATOMIC
  SELECT * FROM (VALUES
    ('endpoints', 'keep',
     'no made_by made_at transaction event holder held_until rests_until overlap_until'
     ' failing_since accepted_at changed_at accepted made_number generation failures state url'
     ' description last_failure salt'),
    ('waiting_events', 'keep',
     'endpoint transaction event player counterparty first_tried_at next_try_at number attempts'
     ' last_failure'),
    ('dead_letters', 'keep',
     'endpoint transaction event player counterparty died_at number attempts last_failure'),
    ('event_sends', 'keep',
     'no endpoint sent_at after_transaction after_event transaction event accepted failed'
     ' longest_ms attempts'),
    ('event_marks', 'keep', 'at below'),
    ('campaign_rows', 'keep', 'campaign line number why'),
    ('campaigns', 'keep',
     'no list made_by made_at started_at ended_at stepped_at expires_at proposal value'
     ' granted pending made_number config_version instance line skipped state name'
     ' config_sha256 digest stopped handle gives forecast given refused'),
    ('campaigns', 'mention', 'reason message on_full'),
    ('list_chunks', 'keep', 'list chunk rows digest'),
    ('list_rows', 'keep', 'list player line rank gives'),
    ('list_rows', 'mention', 'item'),
    ('lists', 'keep',
     'no made_by made_at closed_at scanned_to scans_to made_number rows last_line'
     ' given_rows name digest gives'),
    ('lists', 'mention', 'query'),
    ('audit_events', 'keep',
     'id recorded_at actor player amount correlation_id number action outcome'),
    ('audit_events', 'blank', 'client_correlation_id'),
    ('audit_events', 'text', 'reason'),
    ('audit_events', 'mention', 'detail'),
    ('proposals', 'keep',
     'no proposed_by proposed_at expires_at decided_by decided_at executed_at kind subject'
     ' digest permission state document'),
    ('proposals', 'mention', 'summary'),
    ('ranking_rows', 'keep', 'ranking line number why given'),
    ('rankings', 'keep',
     'no list made_by made_at ended_at stepped_at made_number config_version participants'
     ' paid attempt line skipped state payout key stopped handle rule refused'),
    ('notes', 'keep', 'player no author written_at number'),
    ('notes', 'text', 'text'),
    ('undo_claims', 'keep', 'undo player place number reversal forecast outcome'),
    ('undo_players', 'keep', 'undo player forecast differs'),
    ('undos', 'keep',
     'no made_by run_by made_at started_at ended_at stepped_at scanned_to scans_to'
     ' proposal players_named made_number claims players checked reversed debt state digest'
     ' stopped forecast moved refused'),
    ('undos', 'mention', 'filter reason'),
    ('erasures', 'keep',
     'no player made_by proposal made_number made_at stepped_at ended_at began line'
     ' claims_to state new_id digest counts'),
    ('erasures', 'blank', 'old_id old_handle salt'),
    ('erasure_search', 'keep', 'one place block blocks_to')
  ) AS r("table", rule, columns);
END;

CREATE OR REPLACE FUNCTION onceward.erasure_rules_of_the_rest()
RETURNS TABLE ("table" text, rule text, columns text) LANGUAGE sql IMMUTABLE ROWS 40
BEGIN ATOMIC
  SELECT * FROM (VALUES
    ('alarms', 'keep',
     'no raised_at last_seen_at cleared_at acknowledged_at acknowledged_by times logged kind'),
    ('alarms', 'mention', 'subject detail note'),
    ('servers', 'keep',
     'actor registered_at disabled_at disabled_by largest_amount claims_per_hour'
     ' value_per_hour key_ids operations claim_types'),
    ('servers', 'mention', 'disabled_reason'),
    ('breakers', 'keep', 'limit config_version resource claim_types per bound'),
    ('breaker_counters', 'keep', 'limit subject hour stripe used bound'),
    ('breaker_trips', 'keep', 'limit subject hour config_version bound tripped_at'),
    ('held_settlements', 'keep', 'actor number settled waiting more kind'),
    ('integrity_walk', 'keep', 'one player round_began_at verified_since day'),
    ('scheduled_jobs', 'keep', 'name succeeded_at failed_at failures'),
    ('economy_buckets', 'keep', 'players resource bucket'),
    ('economy_claims', 'keep', 'day claims units claim_type operation'),
    ('economy_draws', 'keep', 'day draws config_version guaranteed table outcome'),
    ('economy_flows', 'keep',
     'day gained lost entries resource claim_type operation cause between_players'),
    ('economy_ranks', 'keep', 'player amount round resource indebted'),
    ('economy_roll_up', 'keep',
     'one transaction event below complete_until next_below next_until'),
    ('economy_walk', 'keep', 'one visited event began_at ranked_from ranked_until round'),
    ('award_limits', 'keep', 'config_version reward_limit daily_budget awards_per_day kind'),
    ('balance_configs', 'keep',
     'version effective_from published_at sha256 publisher number document'
     ' reversible_by_servers corrects'),
    ('balance_configs', 'mention', 'reason'),
    ('catalogue_texts', 'keep', 'version published_at language sha256 published_by document'),
    ('catalogue_texts', 'mention', 'reason'),
    ('milestones', 'keep', 'config_version resource paid_resource thresholds grants'),
    ('regeneration_rules', 'keep',
     'effective_from effective_until config_version every_seconds amount opening_base'
     ' opening_per_unit cap_base cap_per_unit resource opening_of cap_of'),
    ('settings', 'keep',
     'one refusal_retention_days refusals_per_day wrong_codes_per_hour outbox outbox_slot'
     ' config_publishing staff_approval_above erasure_approval event_retention_days'
     ' event_retry_hours event_retry_ms event_hold_days servers archive_after_days'),
    ('staff_values', 'keep', 'config_version value per_reward per_day resource'),
    ('take_limits', 'keep', 'config_version per_call per_day resource'),
    ('permissions', 'keep', 'name'),
    ('role_permissions', 'keep', 'permission role'),
    ('roles', 'keep', 'name created_at'),
    ('staff', 'keep', 'actor role reward_limit daily_budget disabled_at created_at'),
    ('staff_limits', 'keep', 'actor per_call per_day resource takes')
  ) AS r("table", rule, columns);
END;

-- Each column with its rule.
CREATE OR REPLACE FUNCTION onceward.erasure_rules()
RETURNS TABLE ("table" text, "column" text, rule text) LANGUAGE sql IMMUTABLE ROWS 400
BEGIN ATOMIC
  SELECT r."table", c, r.rule
    FROM (SELECT * FROM onceward.erasure_rules_of_ledger()
          UNION ALL SELECT * FROM onceward.erasure_rules_of_operations()
          UNION ALL SELECT * FROM onceward.erasure_rules_of_the_rest()) AS r,
         string_to_table(r.columns, ' ') AS c;
END;

-- The column of a table with the number of the player whose row it is.
CREATE OR REPLACE FUNCTION onceward.owner_column(of_table text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE of_table WHEN 'bulk_calls' THEN 'actor' ELSE 'player' END;
