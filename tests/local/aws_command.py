"""`aws`, as the documents use it.

Services, operations, options and answers are those of botocore's models, from which the AWS CLI makes its commands
too: what is not there is refused here as well. Of the CLI's own commands there is `logs tail`.
"""

import base64
import fnmatch
import json
import re
import sys
import time

import botocore.session
import jmespath
from botocore import xform_name

# What the CLI understands of every command.
COMMON = {"query": None, "output": "json", "cli-read-timeout": None, "cli-binary-format": "base64", "max-items": None}
OF_TAIL = ("since", "filter-pattern")
UNITS = {"m": 60, "h": 3600, "d": 86400}
CONDITION = re.compile(r'\$\.(\w+) = "([^"]*)"')


def main(service, operation, *words):
    client = botocore.session.get_session().create_client(service)
    options, positional = parsed(words)
    if (service, operation) == ("logs", "tail"):
        return tail(client, *positional, **{name.replace("-", "_"): options.pop(name) for name in OF_TAIL})
    common = COMMON | {name: options.pop(name) for name in COMMON if name in options}
    method, model = operations(client.meta.service_model)[operation]
    arguments = {name: value(shape, options.pop(option)) for option, name, shape in known(model) if option in options}
    assert not options, f"{service} {operation} knows no {', '.join(options)}"
    if "Payload" in arguments and common["cli-binary-format"] == "base64":
        arguments["Payload"] = base64.b64decode(arguments["Payload"], validate=True)
    answer = call(client, method, arguments, common["max-items"])
    if model.has_streaming_output:
        [file] = positional
        with open(file, "ab") as out:
            out.write(answer.pop(model.output_shape.serialization["payload"]).read() + b"\n")
    else:
        assert not positional, f"nobody has asked for {positional}"
    answer.pop("ResponseMetadata", None)
    tell(jmespath.search(common["query"] or "@", answer), common["output"])


def parsed(words):
    """Options with their values, each as one text, and what belongs to none."""
    options, positional, name = {}, [], None
    for word in words:
        if word.startswith("--"):
            options[name := word[2:]] = None
        elif name and options[name] is None:
            options[name] = word
        else:
            positional.append(word)
    return options, positional


def operations(service):
    """Methods and models by the names that the CLI gives them."""
    names = service.operation_names
    return {xform_name(name, "-"): (xform_name(name), service.operation_model(name)) for name in names}


def known(operation):
    """Its options, what they are called in requests, and their shapes."""
    return [(xform_name(name, "-"), name, shape) for name, shape in operation.input_shape.members.items()]


def value(shape, text):
    if shape.type_name in ("structure", "map", "list"):
        return json.loads(text)
    return {"integer": int, "long": int, "boolean": lambda text: text is None}.get(shape.type_name, str)(text)


def call(client, method, arguments, most):
    """All pages of an answer, or as many items as are asked for."""
    if not client.can_paginate(method):
        return getattr(client, method)(**arguments)
    pages = client.get_paginator(method).paginate(**arguments, PaginationConfig={"MaxItems": most and int(most)})
    return pages.build_full_result()


def tail(client, group, since, filter_pattern):
    """What was logged of late and fits the pattern; the local AWS lets everything pass that is asked for by JSON."""
    begin = 1000 * (time.time() - int(since[:-1]) * UNITS[since[-1]])
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=int(begin))
    for event in (event for page in pages for event in page["events"]):
        if fits(filter_pattern, event["message"]):
            print(event["logStreamName"], event["message"].rstrip())


def fits(pattern, message):
    """Whether a line of JSON is as `{ $.level = "ERROR" || $.level = "WARN" }` asks."""
    try:
        line = json.loads(message)
    except ValueError:
        return False
    asked = pattern.strip().removeprefix("{").removesuffix("}")
    of_each = all if "&&" in asked else any
    conditions = [CONDITION.fullmatch(part.strip()).groups() for part in re.split(r"&&|\|\|", asked)]
    return of_each(fnmatch.fnmatchcase(str(line.get(name)), wanted) for name, wanted in conditions)


def tell(answer, output):
    if output == "text":
        print(*answer if isinstance(answer, list) else [answer], sep="\t")
    else:
        print(json.dumps(answer, indent=4, default=str, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
