"""Rules for agents that cannot hold at once

Where two rules contradict each other, each program and each reader picks one: an action in two levels is done
with the consent that the lower one asks for, a window that never opens stops the work that it was to
allow, and a limit above the one around it protects nothing.

```yaml risk_matrix.yaml
risk_matrix:
  LOW:
    auto_approve: always
    actions: [read_files, git_commit]
  HIGH:
    auto_approve: work_hours_only  #! HIGH requires planner_approval, and is approved without anybody
    requires: planner_approval
    actions:
      - deploy_staging
      - git_commit  #! the action git_commit is in two levels, LOW and HIGH
guardrails:
  budget:
    daily_dollar_limit: 10.00
    per_task_dollar_limit: 20.00  #! per_task_dollar_limit is above daily_dollar_limit
  time_windows:
    auto_mode: "08:00-08:00"  #! the window auto_mode begins when it ends, so it never opens
```

## Instead

```yaml risk_matrix.yaml
risk_matrix:
  LOW:
    auto_approve: always
    actions: [read_files, git_commit]
  MEDIUM:
    auto_approve: work_hours_only
    queue_outside_hours: true
    actions: [pkg_install]
  HIGH:
    auto_approve: never
    requires: planner_approval
    actions: [deploy_staging]
guardrails:
  budget:
    daily_dollar_limit: 10.00
    per_task_dollar_limit: 2.00
  time_windows:
    auto_mode: "08:00-22:00"
    queue_mode: "22:00-08:00"
```
"""

from compolint.api import PolicyFile, Problem, Problems, Severity, check, contradictions


@check(
    Severity.HIGH,
    clauses="W5 W6",
    cwe=(1220,),
    references=("https://cwe.mitre.org/data/definitions/1220.html",),
)
def policy_contradiction(policy: PolicyFile) -> Problems:
    for message, at, notes in contradictions(policy):
        yield Problem(message, at=at, notes=notes)
