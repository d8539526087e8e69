"""The expanded template as CloudFormation would see it with given parameters: no references, no conditions."""

import base64
import re

import expand

# What each vendor's account must be named by, and what a rule wants of the connection.
ACCOUNTS = {
    "litmos": {"LitmosSource": "example"},
    "percipio": {"Connection": "percipio", "PercipioOrganizationId": "5e9d3b62-0c1f-4d57-9a6e-2f4b8c7d1e30"},
}
PSEUDO = {
    "AWS::StackName": "rollcall",
    "AWS::AccountId": "123456789012",
    "AWS::Region": "eu-central-1",
    "AWS::Partition": "aws",
}
NOTHING = object()


class Resolved:
    """Resources by logical id. A reference to one reads `<Id>`, an attribute `<Id.Attribute>`.

    The vendor's account is named unless the parameters name it. `refusals` is what the rules say against them.
    """

    def __init__(self, **parameters):
        template = expand.placeholder_expansion()
        texts = {name: str(p["Default"]) for name, p in template["Parameters"].items() if "Default" in p}
        texts |= ACCOUNTS[parameters.get("Vendor", texts["Vendor"])] | parameters
        lists = {name for name, p in template["Parameters"].items() if p["Type"] == "CommaDelimitedList"}
        self.parameters = {name: text.split(",") if name in lists else text for name, text in texts.items()}
        self.conditions = template["Conditions"]
        self.mappings = template["Mappings"]
        self.refusals = [
            assertion["AssertDescription"]
            for rule in template["Rules"].values()
            if self._holds(rule["RuleCondition"])
            for assertion in rule["Assertions"]
            if not self._holds(assertion["Assert"])
        ]
        self.resources = {
            name: self._resolve(resource)
            for name, resource in template["Resources"].items()
            if self._holds(resource.get("Condition"))
        }
        self.outputs = {
            name: self._resolve(output["Value"])
            for name, output in template["Outputs"].items()
            if self._holds(output.get("Condition"))
        }

    def of_type(self, kind):
        return {name: r["Properties"] for name, r in self.resources.items() if r["Type"] == kind}

    def properties(self, name):
        return self.resources[name]["Properties"]

    def _holds(self, condition):
        if condition is None:
            return True
        if isinstance(condition, str):
            return self._holds(self.conditions[condition])
        [(operator, operands)] = condition.items()
        if operator == "Fn::Not":
            return not self._holds(operands[0])
        if operator == "Fn::And":
            return all(map(self._holds, operands))
        if operator == "Fn::Contains":
            return self._resolve(operands[1]) in operands[0]
        assert operator == "Fn::Equals", operator
        left, right = (str(self._resolve(operand)) for operand in operands)
        return left == right

    def _resolve(self, value):
        if isinstance(value, list):
            return [r for r in map(self._resolve, value) if r is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(operator, operand)] = value.items()
            if operator == "Ref":
                return self._reference(operand)
            if operator == "Fn::GetAtt":
                return f"<{'.'.join(operand)}>"
            if operator == "Fn::Sub":
                text, own = operand if isinstance(operand, list) else (operand, {})
                own = self._resolve(own)
                return re.sub(r"\$\{([^}]+)}", lambda match: own.get(match[1], str(self._reference(match[1]))), text)
            if operator == "Fn::Join":
                separator, items = operand
                return separator.join(self._resolve(items))
            if operator == "Fn::Split":
                separator, text = operand
                return self._resolve(text).split(separator)
            if operator == "Fn::Base64":
                return base64.b64encode(self._resolve(operand).encode()).decode()
            if operator == "Fn::FindInMap":
                name, key, attribute = self._resolve(operand)
                return self.mappings[name][key][attribute]
            if operator == "Fn::If":
                condition, then, otherwise = operand
                return self._resolve(then if self._holds(condition) else otherwise)
            assert not operator.startswith("Fn::"), operator
        pairs = ((key, self._resolve(item)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not NOTHING}

    def _reference(self, name):
        if name == "AWS::NoValue":
            return NOTHING
        return PSEUDO.get(name) or self.parameters.get(name, f"<{name}>")


def granted(policy_document):
    """Every (action, resource) pair that a policy allows."""
    pairs = set()
    for statement in policy_document["Statement"]:
        assert statement["Effect"] == "Allow"
        assert not statement.keys() - {"Effect", "Action", "Resource"}, (
            "a condition or a negation needs a test of its own"
        )
        pairs |= {
            (action, resource) for action in many(statement["Action"]) for resource in many(statement["Resource"])
        }
    return pairs


def many(value):
    return value if isinstance(value, list) else [value]
