// Shows /openapi.json: the operations by area, what each takes and answers. No library, nothing from another host.

const document_ = await (await fetch('/openapi.json')).json()
const main = document.getElementById('operations')
const search = document.getElementById('search')
document.getElementById('about').textContent =
  `Versão ${document_.info.version}. ${document_.info.description.replaceAll('`', '')}`

const operations = Object.entries(document_.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

function element(tag, attributes, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children.filter(child => child !== undefined))
  return made
}

function resolve(schema) {
  const name = schema?.$ref?.split('/').at(-1)
  return name === undefined ? schema : { ...document_.components.schemas[name], title: name }
}

function typeOf(schema) {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  if (schema.anyOf) return 'uma das formas'
  const types = [schema.type ?? 'qualquer valor'].flat().join(' | ')
  return schema.format ? `${types} (${schema.format})` : types
}

function bounds(schema) {
  const range = [schema.minimum ?? schema.minLength ?? schema.minItems, schema.maximum ?? schema.maxLength ?? schema.maxItems]
  return range.every(bound => bound === undefined) ? '' : ` ${range[0] ?? ''}…${range[1] ?? ''}`
}

/** The rows of a table, one for each field, however deep. */
function rows(schema, place = '', isRequired = true) {
  const resolved = resolve(schema)
  const own = place === '' ? [] : [row(place, `${typeOf(resolved)}${bounds(resolved)}`, isRequired, resolved.description)]
  const fields = Object.entries(resolved.properties ?? {}).flatMap(([name, field]) =>
    rows(field, place === '' ? name : `${place}.${name}`, resolved.required?.includes(name) ?? false),
  )
  const items = resolved.items ? rows(resolved.items, `${place}[]`) : []
  const branches = (resolved.anyOf ?? []).flatMap((branch, i) => rows(branch, `${place}‹${i + 1}›`))
  return [...own, ...fields, ...items, ...branches]
}

function row(name, type, isRequired, description = '') {
  return element(
    'tr',
    {},
    element('td', {}, element('code', {}, name), isRequired ? '' : element('span', { class: 'muted' }, ' opcional')),
    element('td', {}, element('code', {}, type)),
    element('td', { class: 'muted' }, description),
  )
}

function table(title, tableRows) {
  if (tableRows.length === 0) return undefined
  return element(
    'section',
    {},
    element('h3', {}, title),
    element('table', { class: 'fields' }, element('tbody', {}, ...tableRows)),
  )
}

function content(part) {
  const [entry] = Object.entries(part?.content ?? {})
  return entry === undefined ? undefined : { type: entry[0], schema: entry[1].schema, examples: examplesOf(entry[1]) }
}

function examplesOf({ example, examples = {} }) {
  const named = Object.entries(examples).map(([name, { value }]) => [`Exemplo: ${name}`, value])
  return example === undefined ? named : [['Exemplo', example], ...named]
}

/** What a body holds by its schema, and as somebody sends it. */
function part(title, { schema, examples }) {
  const shown = examples.flatMap(([name, value]) => [
    element('h4', {}, name),
    element('pre', { tabindex: '0' }, JSON.stringify(value, null, 2)),
  ])
  const fields = table(title, rows(schema)) ?? element('section', {}, element('h3', {}, title))
  fields.append(...shown)
  return fields
}

function describe({ operation }) {
  const parameters = (operation.parameters ?? []).map(parameter =>
    row(
      `${parameter.name} (${parameter.in})`,
      typeOf(parameter.schema) + bounds(parameter.schema),
      parameter.required,
      parameter.description,
    ),
  )
  const body = content(operation.requestBody)
  const answers = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const answer = content(response)
    const title = `Resposta ${status}${answer ? ` · ${answer.type}` : ''}`
    if (answer?.examples.length > 0) return part(title, answer)
    return table(title, answer && status !== 'default' ? rows(answer.schema) : [row('', response.description ?? '', true)])
  })
  return element(
    'div',
    {},
    operation.description ? element('p', {}, operation.description) : undefined,
    table('Parâmetros', parameters),
    body ? part(`Corpo · ${body.type}`, body) : undefined,
    ...answers,
  )
}

function show(entry) {
  const { path, method, operation } = entry
  const details = element(
    'details',
    { id: operation.operationId },
    element(
      'summary',
      {},
      element('span', { class: `method ${method}` }, method),
      ' ',
      element('code', {}, path),
      ` ${operation.summary ?? ''}`,
    ),
  )
  // Filled when it is opened: the whole API at once would be a long page to build.
  details.addEventListener('toggle', () => details.children.length === 1 && details.append(describe(entry)))
  return details
}

function about(area) {
  const said = document_.tags?.find(({ name }) => name === area)?.description
  return said === undefined ? [] : [element('p', { class: 'muted' }, said)]
}

function render() {
  const wanted = search.value.trim().toLowerCase()
  const shown = operations.filter(({ path, method, operation }) =>
    `${method} ${path} ${operation.summary ?? ''}`.toLowerCase().includes(wanted),
  )
  const areas = [...new Set(shown.map(({ operation }) => operation.tags?.[0] ?? ''))]
  if (shown.length === 0) return main.replaceChildren('Nenhuma operação tem isto no caminho ou na descrição.')
  main.replaceChildren(
    ...areas.flatMap(area => [
      element('h2', {}, area),
      ...about(area),
      ...shown.filter(({ operation }) => (operation.tags?.[0] ?? '') === area).map(show),
    ]),
  )
}

search.addEventListener('input', render)
render()
