"""Policy for agents that is not understood

A policy that names a limit, a level or an approval by a word that nobody knows has no effect there: what was
to be forbidden is not. The forms are those of a risk matrix with guardrails (`risk-matrix.json`) and of
a broker's policy with allowlists, rate limits and budgets (`agent-policy.json`).

```yaml guardrails.yaml
guardrails:
  budget:
    daily_token_limits: 500000  #! there is no key `daily_token_limits`
  time_windows:
    auto_mode: "08:00-26:00"  #! has a form that is not allowed here
  kill_switch:
    triggers: [3 consecutive failures]
    action: pause all workers
```

```json security_policy.json
{
  "rate_limits": {
    "web-runner": {"browser": {"max_calls": 100}}  #! needs `window_seconds`
  },
  "budgets": {"default": {"max_cost_usd": "ten"}},  #! must be a number
  "forge_approval_required": true
}
```

## Instead

```yaml guardrails.yaml
guardrails:
  budget:
    daily_token_limit: 500000
  time_windows:
    auto_mode: "08:00-22:00"
  kill_switch:
    triggers: [3 consecutive failures]
    action: pause all workers
```
"""

from compolint.api import PolicyFile, Problem, Problems, Severity, check


@check(
    Severity.HIGH,
    clauses="W5 W6 H10",
    references=("https://json-schema.org/understanding-json-schema/",),
    when="faults",
)
def policy_invalid(policy: PolicyFile) -> Problems:
    for fault in policy.faults:
        yield Problem(fault.text, at=fault.at)
