/** The description of the gateway's REST API, OpenAPI 3.1: schemas from zod, ids and meanings from the metrics' sheets. */
import { z } from 'zod';
import { OPERATIONS, type Operation, type Parameter } from './operations.ts';
import { REST_SCHEMAS, type RestSchema } from './rest-schemas.ts';

type Json = Readonly<Record<string, unknown>>;

const AT = '#/components/schemas/';
const ref = (name: RestSchema): Json => ({ $ref: `${AT}${name}` });
const json = (schema: Json): Json => ({ 'application/json': { schema } });

/** `version`: of the build that answers. */
export function openApi(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'Sapwood', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      description:
        'What a gateway answers. Zero, null and no data are three things: look at `state` first. Money is told to leads alone; what one may not see looks as if it were not there.',
    },
    paths: pathsOf(OPERATIONS),
    components: { schemas: componentSchemas() },
  };
}

function pathsOf(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method]: operationJson(operation) };
  }
  return paths;
}

function operationJson({ tag, summary, parameters, body, answers, errors }: Operation): Json {
  const responses = [
    ...Object.entries(answers).map(([status, answer]) => [status, answerJson(answer)] as const),
    ...errors.map((status) => [String(status), ERRORS[status]!] as const),
  ];
  return {
    ...{ tags: [tag], summary },
    ...(parameters ? { parameters: parameters.map(parameterJson) } : {}),
    ...(body ? { requestBody: { required: true, content: json(ref(body)) } } : {}),
    responses: Object.fromEntries(responses),
  };
}

const parameterJson = (parameter: Parameter): Json => ({
  ...parameter,
  required: parameter.in === 'path',
});

function answerJson(answer: Operation['answers'][number]): Json {
  if (!answer) return { description: 'Done; there is no body.' };
  if ('type' in answer) return { description: 'As asked.', content: { [answer.type]: {} } };
  const [only, ...more] = answer.map(ref);
  const schema = more.length === 0 ? only! : { anyOf: [only, ...more] };
  return { description: 'As asked.', content: json(schema) };
}

const error = (description: string): Json => ({ description, content: json(ref('Error')) });
const ERRORS: Readonly<Record<number, Json>> = {
  400: error('A parameter or the body is no such thing.'),
  401: error('This screen is not paired, or the code is wrong.'),
  403: error('Not from the machine itself, or from a page of another origin.'),
  404: error('There is no such thing, or not for whom asks.'),
  409: error('There are too many already.'),
  429: error('Too many tries; wait.'),
  501: error('This gateway was not given what that needs.'),
  503: error('Not now; `Retry-After` says when to come again.'),
};

/** Each under its name, and by that name wherever one holds another. */
function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(REST_SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `${AT}${id}`,
    // Readers ignore what they do not know: a field more is no other version.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [
      name,
      schema,
    ]),
  );
}
