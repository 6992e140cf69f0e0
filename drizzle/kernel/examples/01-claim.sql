-- A granted operation is recorded as a claim with a number, ledger entries and balances.
SET ROLE onceward_app;

-- The whole answer. Other examples show an outcome in one line.
SELECT onceward.commit_operations(10, jsonb_build_array(examples.operation(
  '{"player": "alice", "claim_key": "tower-7", "gives": {"gold": 10, "experience": 25}}')), '{}');
-- → {
-- →   "outcomes": [
-- →     {
-- →       "kind": "granted",
-- →       "replayed": false,
-- →       "handle": "…",
-- →       "number": 1,
-- →       "version": 1,
-- →       "key": "tower-7",
-- →       "configVersion": 1,
-- →       "amountsVersion": null,
-- →       "claimedAt": "…",
-- →       "counterpartyId": null,
-- →       "draws": null,
-- →       "factsRead": null,
-- →       "paidWith": null,
-- →       "becamePending": null,
-- →       "limitsUsed": null,
-- →       "changes": [
-- →         {
-- →           "player": 2,
-- →           "number": 1,
-- →           "resource_no": 1,
-- →           "resource": "gold",
-- →           "sequence": 1,
-- →           "ordinal": 1,
-- →           "cause": 1,
-- →           "before": 0,
-- →           "delta": 10,
-- →           "requested": 10,
-- →           "anchored_at": null
-- →         },
-- →         {
-- →           "player": 2,
-- →           "number": 1,
-- →           "resource_no": 2,
-- →           "resource": "experience",
-- →           "sequence": 1,
-- →           "ordinal": 2,
-- →           "cause": 1,
-- →           "before": 0,
-- →           "delta": 25,
-- →           "requested": 25,
-- →           "anchored_at": null
-- →         }
-- →       ],
-- →       "counterpartyChanges": null,
-- →       "shown": {}
-- →     }
-- →   ]
-- → }

SELECT examples.commit('{"player": "alice", "claim_key": "tower-8", "takes": {"gold": 4}}');
-- → granted 2: gold 10→6

SELECT number, resource, sequence, before, delta, after, cause FROM onceward.entries_by_name
 ORDER BY number, ordinal;
-- → number | resource | sequence | before | delta | after | cause
-- → 1 | gold | 1 | 0 | 10 | 10 | operation
-- → 1 | experience | 1 | 0 | 25 | 25 | operation
-- → 2 | gold | 2 | 10 | -4 | 6 | operation

SELECT resource, amount, sequence FROM onceward.balances_by_name ORDER BY resource;
-- → resource | amount | sequence
-- → experience | 25 | 1
-- → gold | 6 | 2
