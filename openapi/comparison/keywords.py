"""What the keywords of OpenAPI and JSON Schema are: texts, names, data, schemas. Tables only."""

#: For people and their tools. A change of one is reported as a changed text.
TEXTS = {"title", "summary", "description", "example", "examples", "externalDocs", "$comment"}
TEXTS |= {"scopes", "x-deprecatedMessage"}
#: Of an operation, these are texts as well.
IDS = ("operationId", "tags")
#: The value is an object whose keys are names, not keywords.
OF_NAMES = {"paths", "responses", "content", "headers", "links", "callbacks", "encoding"}
OF_NAMES |= {"variables", "properties", "patternProperties", "dependentSchemas", "dependencies"}
OF_NAMES |= {"$defs", "definitions", "schemas", "parameters", "requestBodies", "pathItems"}
#: The value is data: there are no keywords in it.
OF_DATA = {"enum", "const", "default", "required", "security", "mapping", "dependentRequired"}
#: Extensions of the vendor that have a meaning. Of others, a digest is recorded.
EXTENSIONS = {"x-max-interval-in-months", "x-extensible"}

#: The value is a schema, a list of schemas, or an object of schemas.
SUBSCHEMAS = {"not", "if", "then", "else", "contains", "propertyNames", "contentSchema"}
SUBSCHEMAS |= {"unevaluatedItems", "unevaluatedProperties"}
SUBSCHEMA_LISTS = {"anyOf", "oneOf", "prefixItems"}
SUBSCHEMA_MAPS = {"patternProperties", "dependentSchemas", "dependencies"}

LENGTHS = ("minLength", "maxLength")
#: A lower or upper limit, and the keyword that excludes the limit itself.
BOUNDS = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
MINIMA = {"minLength", "minItems", "minProperties", "minContains", "minimum", "exclusiveMinimum"}
MAXIMA = {"maxLength", "maxItems", "maxProperties", "maxContains", "maximum", "exclusiveMaximum"}
MAXIMA |= {"x-max-interval-in-months"}
#: Not set is the same as false.
FLAGS = {"nullable", "deprecated", "uniqueItems", "readOnly", "writeOnly", "x-extensible"}
#: Which values a schema allows. With a few more (`effects`), this is the contract.
RESTRICTIONS = {"multipleOf", "dependentRequired", "contentEncoding", "contentMediaType"}
RESTRICTIONS |= {"pattern", "discriminator", "uniqueItems", "readOnly", "writeOnly", "x-extensible"}
RESTRICTIONS |= MINIMA | MAXIMA | SUBSCHEMAS | SUBSCHEMA_LISTS | SUBSCHEMA_MAPS

#: The limits that a format implies.
RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
#: Formats that imply the length of a string.
OF_FIXED_LENGTH = ("date-time", "date", "uuid")
#: The pattern with which our document writes `format: uuid`, because validators check it.
UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
