"""Write the generated files of the package from the description in openapi/, or say which are stale.

With `--check`, exit with 1 if one differs, is missing, or is left over.
"""

from __future__ import annotations

import copy
import json
import keyword
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import events
import jinja2
import sync_twin
import yaml

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "openapi"
PACKAGE = Path("src/cio_sdk")
COMMON = "common"
COMMON_REF = f"{COMMON}.yaml#/components/schemas/"
LOCAL_REF = "#/components/schemas/"

SCHEMA_KEYS = {
    *("$ref", "additionalProperties", "allOf", "anyOf", "const", "contentEncoding", "customBasePath", "default"),
    *("description", "discriminator", "enum", "format", "items", "maxItems", "maxProperties", "maximum"),
    *("minItems", "minLength", "minProperties", "minimum", "oneOf", "pattern", "properties", "propertyNames"),
    *("required", "title", "type", "x-also-accepts", "x-argument", "x-as-given", "x-at-most-one", "x-generated"),
    *("x-max-ahead", "x-max-bytes", "x-max-past", "x-max-recipients", "x-positional", "x-repeat", "x-split"),
}
OPERATION_KEYS = {
    *("operationId", "parameters", "requestBody", "responses", "security", "summary", "x-methods", "x-repeat"),
    *("x-interval", "x-packed", "x-transactional"),
}
BODY_KEYS = {"content", "required", "x-argument"}
WEBHOOK_KEYS = {"parameters", "requestBody", "responses", "summary"}
PARAMETER_KEYS = {"description", "in", "name", "required", "schema"}
REPEATS = {"safe", "deduplicated", "once"}
BODY_REPEAT = "body"
METHOD_KEYS = {"body", "returns", "summary"}
RULES = ("anyOf", "oneOf", "minProperties", "maxProperties")
OWN_RULES = ("x-at-most-one", "x-max-recipients")
VERBS = ("get", "put", "post", "delete")

Json = dict[str, Any]


class DescriptionError(Exception):
    """The description says something that this generator does not understand."""


# --- The description -------------------------------------------------------------------------------------------------


class Description:
    """One file of the description, its keys checked."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.document: Json = yaml.safe_load(path.read_text())
        self.schemas: dict[str, Json] = self.document.get("components", {}).get("schemas", {})
        for name, schema in self.schemas.items():
            self._check_schema(schema, name)
        for path_name, item in self.document.get("paths", {}).items():
            for verb in item.keys() - {"parameters"}:
                if verb not in VERBS:
                    raise DescriptionError(f"{self.name}.yaml: {path_name}: the key {verb!r} is not understood")
                self._check_keys(item[verb], OPERATION_KEYS, f"{verb} {path_name}")
                self._check_operation(item[verb], f"{verb} {path_name}")
                for method, settings in item[verb]["x-methods"].items():
                    self._check_keys(settings, METHOD_KEYS, f"{verb} {path_name}: {method}")

        for name, item in self.document.get("webhooks", {}).items():
            self._check_keys(item, {"post"}, name)
            self._check_keys(item["post"], WEBHOOK_KEYS, f"post {name}")
        for name, parameter in self.document.get("components", {}).get("parameters", {}).items():
            self._check_keys(parameter, PARAMETER_KEYS, f"parameters.{name}")

    def _check_operation(self, operation: Json, where: str) -> None:
        self._check_keys(operation.get("requestBody", {}), BODY_KEYS, f"{where}: requestBody")
        if operation["x-repeat"] not in {*REPEATS, BODY_REPEAT}:
            raise DescriptionError(
                f"{self.name}.yaml: {where}: the x-repeat {operation['x-repeat']!r} is not understood"
            )

    def _check_keys(self, node: Json, known: set[str], where: str) -> None:
        for key in node.keys() - known:
            raise DescriptionError(f"{self.name}.yaml: {where}: the key {key!r} is not understood")

    def _check_schema(self, schema: Json, where: str) -> None:
        self._check_keys(schema, SCHEMA_KEYS, where)
        for name, part in schema.get("properties", {}).items():
            self._check_schema(part, f"{where}.{name}")
        for key in ("additionalProperties", "items", "propertyNames"):
            if isinstance(schema.get(key), dict):
                self._check_schema(schema[key], f"{where}.{key}")
        for key in ("allOf", "oneOf"):
            for part in schema.get(key, ()):
                self._check_schema(part, f"{where}.{key}")

    def resolve(self, node: Json) -> Json:
        """Follow a reference within this file."""
        while node.get("$ref", "").startswith("#/"):
            target: Any = self.document
            for key in node["$ref"][2:].split("/"):
                target = target[key]
            node = target
        return node

    def properties(self, schema: Json) -> Json:
        """The properties of a schema, those of its `allOf` included."""
        schema = self.resolve(schema)
        found: Json = {}
        for part in schema.get("allOf", ()):
            found |= self.properties(part)
        return {**found, **schema.get("properties", {})}

    def required(self, schema: Json) -> set[str]:
        """The required properties of a schema, those of its `allOf` included."""
        schema = self.resolve(schema)
        return set(schema.get("required", ())).union(*(self.required(part) for part in schema.get("allOf", ())))

    @property
    def unions(self) -> Json:
        """The schemas that are one of several others, told apart by a property."""
        return {name: schema for name, schema in self.schemas.items() if "discriminator" in schema}

    @property
    def webhook(self) -> str | None:
        """The schema of what the webhook carries, where the description has one."""
        for item in self.document.get("webhooks", {}).values():
            return ref_name(item["post"]["requestBody"]["content"]["application/json"]["schema"])
        return None

    def members(self, union: str) -> list[str]:
        """The models that a union, and those within it, are made of."""
        names = [ref_name(each) or "" for each in self.schemas[union]["oneOf"]]
        return [member for name in names for member in (self.members(name) if name in self.unions else [name])]

    def reachable(self, node: Any) -> Iterator[str]:
        """The names of this file's schemas that a node leads to."""
        if isinstance(node, dict):
            ref = node.get("$ref", "")
            if ref.startswith(LOCAL_REF):
                yield ref.removeprefix(LOCAL_REF)
            if ref.startswith("#/"):
                yield from self.reachable(self.resolve(node))
            for value in node.values():
                yield from self.reachable(value)
        elif isinstance(node, list):
            for value in node:
                yield from self.reachable(value)

    def operations(self) -> Iterator[tuple[str, str, Json]]:
        """Every operation: its verb, its path, and what it says."""
        for path, item in self.document.get("paths", {}).items():
            for verb in VERBS:
                if verb in item:
                    parameters = [*item.get("parameters", ()), *item[verb].get("parameters", ())]
                    yield verb, path, {**item[verb], "parameters": [self.resolve(each) for each in parameters]}


def ref_name(schema: Json) -> str | None:
    """The name of the schema that is referred to."""
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def python_name(name: str) -> str:
    """The name of a property in Python, where its own name is taken."""
    name = name.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) or name == "schema" else name


# --- Models ----------------------------------------------------------------------------------------------------------


def scalar(name: str, schema: Json) -> Json:
    """What the template needs to know of a schema in common.yaml."""
    limits = {"max_bytes": schema.get("x-max-bytes")}
    static = "str | int" if schema["type"] == ["string", "integer"] else "str"
    match schema:
        case {"enum": members}:
            return {"name": name, "description": schema["description"], "enum": members}
        case {"format": "unix-time"}:
            static = "datetime"
            check = call("UnixTime", max_past=schema.get("x-max-past"), max_ahead=schema.get("x-max-ahead"))
        case {"format": "identifier"}:
            check = call("Identifier", **limits, allow_int=(static != "str") or None, keep_int=schema.get("x-as-given"))
        case {"type": "object", "additionalProperties": {"contentEncoding": "base64"}}:
            static = "Mapping[str, str]"
            names = {key: repr(schema["propertyNames"][key]) for key in ("pattern", "title")}
            check = call("Base64Files", **limits, **names)
        case {"type": "array"}:
            check = call("JSONRows", **limits, max_row_bytes=schema["items"]["x-max-bytes"])
            static = "Sequence[ObjectLike]"
        case {"type": ["string", "number", "boolean"]}:
            static, check = "str | float | bool", "JSONScalar()"
        case {"type": "object", "additionalProperties": {"type": "string"}, "oneOf": choices}:
            keys = [key for choice in choices for key in choice["required"]]
            static, check = "Mapping[str, str]", call("TextFields", one_of=repr(tuple(keys)))
        case {"type": "object"}:
            unlimited = schema.get("properties") and frozenset(schema["properties"])
            static = "ObjectLike"
            check = call(
                "_JSONObject",
                **limits,
                max_properties=schema.get("maxProperties"),
                max_name_bytes=schema.get("propertyNames", {}).get("x-max-bytes"),
                max_value_bytes=schema.get("additionalProperties", {}).get("x-max-bytes"),
                unlimited=unlimited and f"frozenset({sorted(unlimited)!r})",
            )
        case {"type": "string"}:
            check = call(
                "Text",
                min_length=schema.get("minLength"),
                **limits,
                pattern=repr(schema["pattern"]) if "pattern" in schema else None,
                title=repr(schema["title"]) if "pattern" in schema else None,
            )
        case _:
            raise DescriptionError(f"common.yaml: {name}: no Python type for this schema")
    return {"name": name, "description": schema["description"], "enum": None, "static": static, "check": check}


def call(function: str, **arguments: object) -> str:
    """The source of a call, without the arguments that are None."""
    return f"{function}({', '.join(f'{key}={value}' for key, value in arguments.items() if value is not None)})"


def for_codegen(description: Description, enums: set[str]) -> Json:
    """The document as datamodel-code-generator is to see it.

    Rules that span fields become keys that it carries over into the class, and enums of common.yaml are
    referred to by the name that also admits their strings.
    """
    unions = {*description.unions, description.webhook}
    expanded = copy.deepcopy(events.expand(description.schemas))
    schemas = {name: schema for name, schema in expanded.items() if name not in unions}

    def visit(node: Any) -> None:
        if isinstance(node, list):
            for value in node:
                visit(value)
        elif isinstance(node, dict):
            if node.get("$ref", "").removeprefix(COMMON_REF) in enums:
                node["$ref"] += "Like"
            for value in node.values():
                visit(value)

    for schema in schemas.values():
        visit(schema)
        for rule in RULES:
            if rule in schema:
                schema[f"x-{rule}"] = schema.pop(rule)
    return {"openapi": "3.1.0", "info": description.document["info"], "paths": {}, "components": {"schemas": schemas}}


def base_classes(description: Description) -> dict[str, str]:
    """The base class of every schema that is not a plain request."""
    answers = {
        name for _, _, operation in description.operations() for name in description.reachable(operation["responses"])
    }
    bases = dict.fromkeys(sorted(answers), "cio_sdk._base.ResponseModel")
    if description.webhook:
        bases |= dict.fromkeys(description.schemas, "cio_sdk._base.EventModel")
    for name, schema in description.schemas.items():
        if "customBasePath" in schema:
            bases.pop(name, None)
        elif any(rule in schema for rule in (*RULES, *OWN_RULES)) and name not in description.unions:
            bases[name] = "cio_sdk._base.RuledRequestModel"
    return bases


def aliases(description: Description) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The names that a property is accepted by, and the one it is sent by, where they differ from its Python name."""
    accepted: dict[str, list[str]] = {}
    sent: dict[str, str] = {}
    for name, schema in description.schemas.items():
        for field, part in schema.get("properties", {}).items():
            names = list(dict.fromkeys([python_name(field), field, *part.get("x-also-accepts", ())]))
            if len(names) > 1:
                accepted[f"{name}.{field}"] = names
            if python_name(field) != field:
                sent[f"{name}.{field}"] = field
    return accepted, sent


def generate_models(description: Description, enums: set[str], folder: Path) -> str:
    """The source of the models of one description, as datamodel-code-generator writes it."""
    document = folder / f"{description.name}.json"
    document.write_text(json.dumps(for_codegen(description, enums)))
    common = folder / f"{COMMON}.yaml"
    scalars = yaml.safe_load((OPENAPI / common.name).read_text())
    scalars["components"]["schemas"] |= {f"{name}Like": {"type": "string"} for name in sorted(enums)}
    common.write_text(json.dumps(scalars))
    output = folder / f"{description.name}.py"
    accepted, sent = aliases(description)
    run(
        *(sys.executable, "-m", "datamodel_code_generator", "--input", document, "--output", output),
        *("--custom-file-header", header(f"openapi/{description.name}.yaml")),
        *("--base-class-map", json.dumps(base_classes(description))),
        *("--aliases", json.dumps(accepted), "--serialization-aliases", json.dumps(sent)),
    )
    if description.webhook:
        unions = events_source(description, description.webhook)
    else:
        unions = "".join(union_source(description, name) for name in reversed(description.unions))
    source = output.read_text()
    return source.replace("from typing import ", "from typing import TypeAlias, ", 1) + unions if unions else source


def union_source(description: Description, name: str) -> str:
    """The source of a union of models."""
    schema = description.schemas[name]
    members = " | ".join(ref_name(each) or "" for each in schema["oneOf"])
    key = schema["discriminator"]["propertyName"]
    return (
        f'\n\n{name}: TypeAlias = Annotated[{members}, Field(discriminator="{key}")]\n"""{schema["description"]}"""\n'
    )


def events_source(description: Description, union: str) -> str:
    """The source of the union of the events, and of where the class of each kind is found."""
    found = list(events.find(description.schemas))
    reports = {event.report for event in found}
    others = [name for name in map(ref_name, description.schemas[union]["anyOf"]) if name not in reports]
    return "\n\n" + render(
        "events.py.jinja",
        name=union,
        description=description.schemas[union]["description"],
        members=[*(event.name for event in found), *others],
        kinds={(object_type, event.metric): event.name for event in found for object_type in event.object_types},
        all_names=sorted(events.expand(description.schemas)),
    )


# --- Operations ------------------------------------------------------------------------------------------------------


class Function:
    """One function under operations/: the routes that share a method's name."""

    def __init__(self, description: Description, name: str, routes: list[tuple[str, str, Json]]) -> None:
        self.description = description
        self.name = name
        routes = sorted(routes, key=lambda route: -len(route[2]["parameters"]))
        operation = routes[-1][2]
        self.settings: Json = operation["x-methods"][name]
        self.summary = self.settings.get("summary") or operation["summary"]
        shared = {parameter["name"] for parameter in operation["parameters"]}
        self.parameters = {each["name"]: each for _, _, operation in routes for each in operation["parameters"]}
        self.positional: list[str] = []
        self.keyword: list[str] = []
        self.documented: list[Json] = []
        self.body = ""
        self.arguments = [{"name": name, "type": self._type(each["schema"])} for name, each in self.parameters.items()]
        self.split = self.entry = ""
        for parameter in self.parameters.values():
            if parameter["name"] in shared and parameter["in"] == "path":
                self._add(parameter["name"], parameter["schema"], required=True, positional=True)
        self.is_packed = operation.get("x-packed", False)
        if self.is_packed:
            self.max_bytes = operation["requestBody"]["content"]["application/json"]["schema"]["x-max-bytes"]
        else:
            self._add_body(operation.get("requestBody"))
        for parameter in self.parameters.values():
            if parameter["name"] not in shared or parameter["in"] == "query":
                self._add(parameter["name"], parameter["schema"], required=False, positional=False)
        self._set_answer(operation["responses"])
        self.routes = [self._route(verb, path, each, shared) for verb, path, each in routes]
        many = len(routes) > 1
        for route in self.routes:
            route["constant"] = f"_{name}_{route['method']}".upper() if many else f"_{name}".upper()

    @property
    def signature(self) -> str:
        """The parameters as Python source."""
        return ", ".join([*self.positional, *(["*", *self.keyword] if self.keyword else [])])

    def _add(self, name: str, schema: Json, *, required: bool, positional: bool) -> None:
        text = f"{name}: {self._type(schema)}" + ("" if required else " | None = None")
        (self.positional if required or positional else self.keyword).append(text)
        target = (
            COMMON_DOCUMENT.schemas[ref_name(schema) or ""] if is_common(schema) else self.description.resolve(schema)
        )
        self.documented.append({"name": name, "description": schema.get("description") or target["description"]})

    def _type(self, schema: Json) -> str:
        if name := ref_name(schema):
            return f"{name}Like" if is_common(schema) and "enum" in COMMON_DOCUMENT.schemas[name] else name
        if schema["type"] == "array":
            return f"Sequence[{self._type(schema['items'])}]"
        return {"string": "str", "integer": "int", "boolean": "bool"}[schema["type"]]

    def _add_body(self, request: Json | None) -> None:
        if request is None:
            return
        schema = request["content"]["application/json"]["schema"]
        if "oneOf" in schema:
            schema = {"$ref": LOCAL_REF + self.settings["body"]}
        model = ref_name(schema)
        if model in self.description.unions:
            self._add(request["x-argument"], schema, required=True, positional=True)
            self.entry = f"{constant(model)}.entry({request['x-argument']}, {request['x-argument']!r})"
            return
        if whole := request.get("x-argument"):
            required = request.get("required", False)
            self._add(whole, schema, required=required, positional=True)
            self.body = (
                f"_{whole.upper()}.body({whole if required else f'{{}} if {whole} is None else {whole}'})"
                if is_common(schema)
                else f"body_from({model}, {whole}, {whole!r})"
            )
            if is_common(schema):
                self.arguments.append({"name": whole, "type": model})
            return
        values, renamed = [], {}
        required_names = self.description.required(schema)
        fields = self.description.properties(schema)
        for field in sorted(fields, key=lambda each: each not in required_names):
            part = fields[field]
            if "const" in part:
                values.append(f"{field!r}: {part['const']!r}")
                continue
            argument = part.get("x-argument", python_name(field))
            self._add(argument, part, required=field in required_names, positional=part.get("x-positional", False))
            generated = is_common(part) and COMMON_DOCUMENT.schemas[ref_name(part) or ""].get("x-generated")
            value = f"new_{generated}() if {argument} is None else {argument}" if generated else argument
            if size := part.get("x-split"):
                self.split = f", {field!r}, {size}"
            values.append(f"{field!r}: {value}")
            if argument != field:
                renamed[field] = argument
        function = "bodies_of" if self.split else "body_of"
        self.body = f"{function}({model}, {{{', '.join(values)}}}{self.split}{f', {renamed!r}' if renamed else ''})"

    def _set_answer(self, responses: Json) -> None:
        answer = self.description.resolve(next(iter(responses.values())))
        returns = self.settings.get("returns")
        self.decode = ""
        self.returns = "StandardResponse"
        if "content" not in answer or returns == "nothing":
            return
        schema = answer["content"]["application/json"]["schema"]
        model = ref_name(schema)
        if is_common(schema):
            self.returns, self.decode = "list[dict[str, Any]]", "rows_in"
        elif returns is None:
            self.returns, self.decode = str(model), f"{model}.model_validate_json"
        else:
            self.returns = self._type(self.description.properties(schema)[returns])
            self.decode = f"lambda body: {model}.model_validate_json(body).{returns}"

    def _route(self, verb: str, path: str, operation: Json, shared: set[str]) -> Json:
        names = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"]
        queries = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
        if len(queries) > 1:
            raise DescriptionError(f"{self.description.name}.yaml: {path}: only one parameter can be in the query")
        url = path
        for name in names:
            url = url.replace(f"{{{name}}}", f"{{_{name.upper()}.segment({name})}}")
        for name in queries:
            url += f"{{_{name.upper()}.query({name})}}"
        return {
            "method": verb.upper(),
            "path": path,
            "repeat": operation["x-repeat"] if operation["x-repeat"] != BODY_REPEAT else None,
            "transactional": operation.get("x-transactional", False),
            "interval": operation.get("x-interval", 0),
            "keys": operation.get("security") != [],
            "only": [name for name in names if name not in shared],
            "url": f"f{url!r}" if names or queries else repr(url),
        }


def is_common(schema: Json) -> bool:
    """Whether the schema is a reference into common.yaml."""
    return str(schema.get("$ref", "")).startswith(COMMON_REF)


def functions(description: Description) -> list[Function]:
    """The functions that the operations of a description become, in its order."""
    routes: dict[str, list[tuple[str, str, Json]]] = {}
    for verb, path, operation in description.operations():
        for name in operation["x-methods"]:
            routes.setdefault(name, []).append((verb, path, operation))
    return [Function(description, name, group) for name, group in routes.items()]


def entries(description: Description) -> list[Json]:
    """The unions that bodies are made of, with their members, by what tells them apart."""
    found = []
    for union in description.unions:
        if any(union in (ref_name(each) for each in schema["oneOf"]) for schema in description.unions.values()):
            continue
        members = [
            {
                "type": description.schemas[name]["properties"]["type"]["const"],
                "action": description.schemas[name]["properties"]["action"]["const"],
                "model": name,
                "repeat": description.schemas[name]["x-repeat"],
            }
            for name in description.members(union)
        ]
        found.append(
            {
                "constant": constant(union),
                "description": description.schemas[union]["description"],
                "members": members,
                "max_bytes": description.schemas[union]["x-max-bytes"],
            }
        )
    return found


def constant(name: str) -> str:
    """The name of a class as that of a constant."""
    return f"{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', name).upper()}S"


def operation_arguments(group: list[Function]) -> list[Json]:
    """The arguments that are validated by themselves, each once."""
    return list({each["name"]: each for function in group for each in function.arguments}.values())


# --- Files -----------------------------------------------------------------------------------------------------------

COMMON_DOCUMENT = Description(OPENAPI / f"{COMMON}.yaml")


def header(source: str) -> str:
    """The first line of a generated file."""
    return f"# Generated from {source} by `make generate`. Do not edit."


def run(*command: object) -> None:
    """Run a command of the toolchain, and fail with what it said."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}\nfailed: {command[2]}")


def render(template: str, **values: Any) -> str:
    """The source that a template gives."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    return environment.get_template(template).render(**values) + "\n"


def generated_files(folder: Path) -> dict[Path, str]:
    """Every generated file: its path below the root, and its source before formatting."""
    descriptions = [Description(path) for path in sorted(OPENAPI.glob("*.yaml")) if path.stem != COMMON]
    scalars = [scalar(name, schema) for name, schema in COMMON_DOCUMENT.schemas.items()]
    enums = {each["name"] for each in scalars if each["enum"]}
    models = PACKAGE / "models"
    operations = PACKAGE / "operations"
    common_header = header(f"openapi/{COMMON}.yaml")
    files = {models / f"{COMMON}.py": render("common.py.jinja", header=common_header, scalars=scalars)}
    model_names = {COMMON: sorted([each["name"] for each in scalars] + [f"{name}Like" for name in enums])}
    function_names = {}
    for description in descriptions:
        model_names[description.name] = sorted(events.expand(description.schemas))
        files[models / f"{description.name}.py"] = generate_models(description, enums, folder)
        if description.webhook:
            continue
        group = functions(description)
        packed = [function for function in group if function.is_packed]
        group = [function for function in group if not function.is_packed]
        if not group:
            raise DescriptionError(f"{description.name}.yaml: no operation has x-methods")
        source = header(f"openapi/{description.name}.yaml")
        function_names[description.name] = sorted(function.name for function in group)
        files[operations / f"{description.name}.py"] = render(
            "operation.py.jinja",
            header=source,
            module=description.name,
            host=description.name,
            models=model_names[description.name],
            scalars=model_names[COMMON],
            arguments=operation_arguments(group),
            functions=group,
            packed=packed,
            entries=entries(description),
        )
    for where, words, names in (
        (models, "The models of every request and answer.", model_names),
        (operations, "One pure function an operation: validated input in, an `Operation` to send out.", function_names),
    ):
        every = sorted(name for group in names.values() for name in group)
        if len(every) != len(set(every)):
            raise DescriptionError(f"two of {where} have the same name: {every}")
        modules = {module: names[module] for module in names if module in (COMMON, *function_names)}
        files[where / "__init__.py"] = render(
            "package.py.jinja",
            header=header("openapi/"),
            words=words,
            package=f"{PACKAGE.name}.{where.name}",
            modules=modules,
            all_names=sorted(name for group in modules.values() for name in group),
        )
    twins = sync_twin.convert(ROOT / PACKAGE)
    for name, twin in sync_twin.TWINS.items():
        files[PACKAGE / twin] = f"{header(f'{PACKAGE}/{name}')}\n{twins[twin]}"
    return files


def formatted(files: dict[Path, str], folder: Path) -> dict[Path, str]:
    """The files as the project's formatter leaves them."""
    for path, source in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source)
    shutil.copy(ROOT / "pyproject.toml", folder)
    run(
        sys.executable, "-m", "ruff", "check", "--quiet", "--fix", "--select", "F401,I", "--ignore-noqa", folder / "src"
    )
    run(sys.executable, "-m", "ruff", "format", "--quiet", folder / "src")
    return {path: (folder / path).read_text() for path in files}


def main() -> None:
    """Write the files, or compare them."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = formatted(generated_files(Path(folder)), Path(folder) / "out")
    present = {
        path.relative_to(ROOT)
        for where in ("models", "operations")
        for path in (ROOT / PACKAGE / where).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    left_over = present - fresh.keys()
    if "--check" in sys.argv[1:]:
        stale = [
            path for path, source in fresh.items() if not (ROOT / path).exists() or (ROOT / path).read_text() != source
        ]
        for path in sorted([*stale, *left_over]):
            print(f"{path}: {'left over' if path in left_over else 'stale'}; run `make generate`")
        sys.exit(1 if stale or left_over else 0)
    for path in left_over:
        (ROOT / path).unlink()
    for path, source in fresh.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(source)


if __name__ == "__main__":
    try:
        main()
    except DescriptionError as error:
        sys.exit(f"openapi/{error}")
