"""What schemathesis is to look for beside its own checks; see made_up_requests.py."""

import schemathesis

# How a refusal begins that is about keys, kinds, words or ranges: the schema says those, so what follows it is never refused for them.
STRUCTURE = ("unknown key", "unknown word", "is missing", ": expected ", "out of range")
# Operations with further rules in the same words: the parts of scenarios and loaders, keys of access keys, and names.
ELSEWHERE = {"addCluster", "importState", "setAuthentication"}


@schemathesis.check
def refusals_are_plain(ctx, response, case):
    if response.status_code < 400:
        return
    problem = response.json()
    assert problem["error"] and problem["hint"], problem
    assert "\n" not in problem["error"] and "expected struct" not in problem["error"], problem
    operation = case.operation.definition.raw["operationId"]
    follows_schema = case.meta is not None and case.meta.generation.mode.is_positive
    if follows_schema and response.status_code == 400 and operation not in ELSEWHERE:
        assert not any(words in problem["error"] for words in STRUCTURE), (operation, problem)
