"""What moto 5.2.5 does in another way than AWS documents, and a few lines set right. ENGINES.md lists what is left."""

import copy
import functools
import json
import re
import sys

import jsonata as jsonata_python
from botocore.exceptions import ClientError
from jsonata.jexception import JException

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import ComparisonOperatorType
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import ComparisonVariable
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.eval import states, variable_store
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

RUNTIME = StatesErrorNameType.StatesRuntime
# What is in quotes in a path is a name, whatever its signs. What is left may name several places: `$..a`, `$.*`, `$[*]`, `$[1:]`, `$[0,1]`, `$[?(@.a)]`.
NAMES_IN_QUOTES = re.compile(r"""'[^']*'|"[^"]*\"""")
NAMES_SEVERAL_PLACES = re.compile(r"\.\.|\.\*|\[[^]]*[*:,?]")
# The name of a variable, and the path in it.
VARIABLE = re.compile(r"\$(\w+)(.*)", re.DOTALL)


def failure(env, name, cause):
    details = EventDetails(executionFailedEventDetails=ExecutionFailedEventDetails(error=name.error_name, cause=cause))
    return FailureEvent(env=env, error_name=name, event_type=HistoryEventType.ExecutionFailed, event_details=details)


def named(error_name):
    try:
        return StatesErrorName(StatesErrorNameType.from_name(error_name))
    except ValueError:
        return CustomErrorName(error_name)


def instead(owner, name):
    """Replaces a method by one that is given it."""

    def replace(method):
        setattr(owner, name, functools.partialmethod(method, getattr(owner, name)))

    return replace


def install():
    # JSONata, and with it Assign: moto takes it from a Java program that it does not bring along.
    parse = functools.lru_cache(1024)(jsonata_python.Jsonata)
    jsonata._eval_jsonata = lambda expression: parse(expression).evaluate(None)
    # moto writes a text between quotation marks as it stands, so that one with a quotation mark is another expression. Letters stay as they are:
    # jsonata-python makes two halves of the escape of a letter beyond the basic plane.
    def declare(bindings):
        return "".join(f"{name}:={json.dumps(value, ensure_ascii=False, default=str)};" for name, value in bindings.items())

    states.encode_jsonata_variable_declarations = variable_store.encode_jsonata_variable_declarations = declare

    # An expression that fails has a name of its own, which rules may match.
    @instead(StringJSONata, "_eval_body")
    def evaluate(self, evaluate, env):
        try:
            evaluate(self, env)
        except JException as error:
            name = StatesErrorName(StatesErrorNameType.StatesQueryEvaluationError)
            cause = f"The JSONata expression '{self.expression}' cannot be evaluated: {error}"
            raise FailureEventException(failure(env, name, cause)) from None

    # No rule matches States.Runtime: "A retry or catch on States.ALL won't catch States.Runtime errors."
    # States.ALL does not match States.DataLimitExceeded either: AWS documents it as a terminal error.
    @instead(ErrorEqualsDecl, "_eval_body")
    def match_error(self, match, env):
        too_large = StatesErrorName(StatesErrorNameType.StatesStatesDataLimitExceeded)
        if env.stack[-1] == StatesErrorName(RUNTIME) or env.stack[-1] == too_large and too_large not in self.error_names:
            env.stack[-1] = False
        else:
            match(self, env)

    # A field that is not there is an error, unless the rule asks whether it is there.
    @instead(ComparisonVariable, "_eval_body")
    def compare(self, compare, env):
        self.variable.eval(env)
        value = env.stack.pop()
        if isinstance(value, NoSuchVariable) and self.comparison_function.operator_type != ComparisonOperatorType.IsPresent:
            cause = f"The choice state's condition path references a field that is not there: {value.path}"
            raise FailureEventException(failure(env, StatesErrorName(RUNTIME), cause))
        compare(self, env)

    # A path that names one place gives what is there. moto gives a list of it if the path goes through an element of a list, as `$.branches[0].status` does.
    extract_any = json_path.extract_json

    def extract_json(path, data):
        if NAMES_SEVERAL_PLACES.search(NAMES_IN_QUOTES.sub("", path)):
            return extract_any(path, data)
        matches = json_path.parse(path).find(data)
        if not matches:
            raise NoSuchJsonPathError(json_path=path, data=data)
        return matches[0].value

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.") and hasattr(module, "extract_json"):
            module.extract_json = extract_json

    # In JSONPath, a variable without a value fails the state, and so does a path to what a variable does not have. moto gives null for both.
    @instead(StringVariableSample, "_eval_body")
    def sample(self, sample, env):
        variable = VARIABLE.match(self.expression)
        if self.query_language_mode == QueryLanguageMode.JSONata or not variable:
            return sample(self, env)
        name, path = variable.groups()
        try:
            value = env.variable_store.get(name)
            env.stack.append(copy.deepcopy(json_path.extract_json(f"${path}", value) if path else value))
        except variable_store.NoSuchVariable:
            cause = f"no state before has assigned the variable '${name}'"
            error = FailureEventException(failure(env, StatesErrorName(RUNTIME), cause))
            # A Choice tells the error as a text.
            error.args = (cause,)
            raise error from None
        except NoSuchJsonPathError as error:
            raise NoSuchJsonPathError(json_path=self.expression, data=error.data) from None

    # A Fail state, a Parallel and a Map pass on errors that AWS has named, such as States.Timeout: moto fails at such a name.
    for module in (state_fail, branches_decl, iteration_worker):
        module.CustomErrorName = named

    # Without a Default, no match has a name of its own.
    @instead(StateChoice, "_eval_state")
    def choose(self, choose, env):
        try:
            choose(self, env)
        except RuntimeError as error:
            name = StatesErrorName(StatesErrorNameType.StatesNoChoiceMatched)
            raise FailureEventException(failure(env, name, str(error))) from None

    # Errors of Lambda itself have the same names in both ways to call a function, and a ResultSelector that fails is no error of the task.
    @instead(StateTaskLambda, "_from_error")
    def error_of(self, error_of, env, ex):
        if isinstance(ex, ClientError):
            error, cause = StateTaskServiceLambda._error_cause_from_client_error(ex)
            return failure_of_function(env, CustomErrorName(error), cause)
        if isinstance(ex, NoSuchJsonPathError):
            return failure_of_function(env, StatesErrorName(RUNTIME), str(ex))
        return error_of(self, env=env, ex=ex)


def failure_of_function(env, name, cause):
    details = EventDetails(lambdaFunctionFailedEventDetails={"error": name.error_name, "cause": cause})
    return FailureEvent(env=env, error_name=name, event_type=HistoryEventType.LambdaFunctionFailed, event_details=details)
