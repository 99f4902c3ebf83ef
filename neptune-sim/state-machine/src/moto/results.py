"""What an expression in JSONata may give for a field. moto takes a text for a number, a negative time, and calls a Condition that is no boolean
States.NoChoiceMatched. AWS documents a result of another type, or out of range, as States.QueryEvaluationError, which rules may match."""

import json

from as_aws import failure

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSecondsJSONata
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison import ConditionStringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_map.max_concurrency import MaxConcurrencyJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_map.tolerated_failure import (
    ToleratedFailureCountStringJSONata,
    ToleratedFailurePercentageStringJSONata,
)
from moto.stepfunctions.parser.asl.component.state.fail.cause_decl import Cause
from moto.stepfunctions.parser.asl.component.state.fail.error_decl import Error
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.seconds import SecondsJSONata

# AWS's limit for seconds.
MOST = 99_999_999


def kind(value):
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {type(None): "null", str: "string", list: "array"}.get(type(value), "object")


def check(env, expression, field, value, wanted, fits, range_):
    """Fails unless a value has the kind, and is in the range, that a field takes."""
    if kind(value) == wanted and fits(value):
        return value
    given = json.dumps(value, ensure_ascii=False, default=str)[:200]
    what = f"The JSONata expression '{expression}' specified for the field '{field}' returned"
    if kind(value) != wanted:
        cause = f"{what} an unexpected result type. Expected '{wanted}', but was '{kind(value)}' for value: {given}"
    else:
        cause = f"{what} a value that is out of range. Expected {range_}, but was: {given}"
    name = StatesErrorName(StatesErrorNameType.StatesQueryEvaluationError)
    raise FailureEventException(failure(env, name, cause))


def number(owner, method, field, low, high, whole=True):
    """Lets a class of moto's take only numbers in this range."""

    def fits(value):
        return low <= value and (high is None or value <= high) and (not whole or value == int(value))

    range_ = f"a {'whole ' * whole}number from {low} " + ("on" if high is None else f"to {high}")

    def evaluate(self, env):
        self.string_jsonata.eval(env=env)
        value = check(env, self.string_jsonata.expression, field, env.stack.pop(), "number", fits, range_)
        return int(value) if whole else value

    setattr(owner, method, evaluate)


def install():
    number(SecondsJSONata, "_get_wait_seconds", "Seconds", 0, MOST)
    number(TimeoutSecondsJSONata, "_eval_seconds", "TimeoutSeconds", 1, MOST)
    number(MaxConcurrencyJSONata, "_eval_max_concurrency", "MaxConcurrency", 0, None)
    number(ToleratedFailureCountStringJSONata, "_eval_tolerated_failure_count", "ToleratedFailureCount", 0, None)
    percentage = "_eval_tolerated_failure_percentage"
    number(ToleratedFailurePercentageStringJSONata, percentage, "ToleratedFailurePercentage", 0, 100, whole=False)

    def condition(self, env):
        self.string_jsonata.eval(env=env)
        check(env, self.string_jsonata.expression, "Condition", env.stack[-1], "boolean", lambda _: True, "")

    ConditionStringJSONata._eval_body = condition

    def text(owner, field):
        def evaluate(self, env):
            self.string_expression.eval(env=env)
            if isinstance(self.string_expression, StringJSONata):
                check(env, self.string_expression.expression, field, env.stack[-1], "string", lambda _: True, "")

        owner._eval_body = evaluate

    text(Error, "Error")
    text(Cause, "Cause")
