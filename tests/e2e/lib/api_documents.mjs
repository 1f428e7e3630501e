// SPDX-License-Identifier: MIT
// The API's own documents, as the daemon serves them, and what does not fit them.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const escape = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1');

function compiler(document, name) {
  const ajv = new Ajv.default({ strict: false, allErrors: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: name, ...document });
  return (pointer) => ajv.getSchema(`${name}#${encodeURI(pointer)}`) ?? ajv.compile({ $ref: `${name}#${encodeURI(pointer)}` });
}
const faultsOf = (check, value) => (check(value) ? [] : check.errors.map((error) => `${error.instancePath} ${error.message}`));

// What a response is that the OpenAPI document does not describe: "GET /api/v1/me 200: /user must be object".
export function responseChecker(document) {
  const compile = compiler(document, 'openapi');
  const patterns = Object.keys(document.paths)
    .map((path) => ({ path, test: new RegExp(`^${path.replace(/\{[a-z]+\}/g, '[^/]+')}$`) }))
    .sort((a, b) => (a.path.match(/\{/g)?.length ?? 0) - (b.path.match(/\{/g)?.length ?? 0));
  return (method, target, status, type, body) => {
    const what = `${method} ${target} ${status}`;
    const path = patterns.find(({ test }) => test.test(new URL(target, 'http://x').pathname))?.path;
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (!operation) return [`${what}: not in the document`];
    const key = operation.responses[status] ? String(status) : 'default';
    const media = type.split(';')[0];
    if (status === 204 || status === 202) return operation.responses[status] ? [] : [`${what}: no such answer`];
    if (!operation.responses[key].content?.[media]) return [`${what}: ${media} is not described`];
    if (!media.endsWith('json')) return [];
    const pointer = `/paths/${escape(path)}/${method.toLowerCase()}/responses/${key}/content/${escape(media)}/schema`;
    return faultsOf(compile(pointer), JSON.parse(body)).map((fault) => `${what}: ${fault}`);
  };
}

// What of a message from the server, and of a schema's value, the AsyncAPI document does not describe.
export function messageChecker(document) {
  const compile = compiler(document, 'asyncapi');
  const nameOf = (message) => {
    if (message.events) return message.recovered === undefined ? 'events' : 'joined';
    if (message.ok === false) return 'refusal';
    if (message.stream) return 'open';
    if (message.code !== undefined) return 'close';
    return message.type;
  };
  return {
    message: (message) => faultsOf(compile(`/components/messages/${nameOf(message)}/payload`), message).map((fault) => `${JSON.stringify(message).slice(0, 300)}: ${fault}`),
    schema: (name, value) => faultsOf(compile(`/components/schemas/${name}`), value).map((fault) => `${name}: ${fault}`),
  };
}
