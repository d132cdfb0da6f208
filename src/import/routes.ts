import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { found } from '../core/current.ts'
import { showId } from '../core/ids.ts'
import { allInvoiceStates } from '../invoices/invoice.ts'
import { Day, Fields, Flag, IdOf, OneOf, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { allReceivableStates } from '../receivables/receivable.ts'
import { exportInvoices, exportReceivables } from './export/export-bills.ts'
import { exportContracts } from './export/export-contracts.ts'
import { creditLeftBehind, receivablesLeftBehind } from './export/export-store.ts'
import { MOST_BYTES } from './file/decode.ts'
import { importContracts, receiveFile } from './import-contracts.ts'
import { importStates } from './import-record.ts'
import { importOf, listImports } from './import-store.ts'
import { AtImport, ImportAnswer, LeftBehindAnswer, ListedImportAnswer, showImport, showListed } from './wire.ts'

const reads = { access: 'imports:read' } as const
/** A report quotes rows, and what stands where they differ. */
const showsReport = ['contracts:read', 'customers:read'] as const
const writes = {
  access: 'imports:write',
  alsoNeeds: ['contracts:write', 'customers:write', 'catalog:write', 'receivables:write', ...showsReport],
} as const

/** What browsers and programs call a CSV; a Windows with Excel has a name of its own for it. */
const csvTypes = ['text/csv', 'application/octet-stream', 'application/vnd.ms-excel'] as const

export function registerImportRoutes(app: App): void {
  route(
    app,
    'POST /v1/imports',
    {
      ...writes,
      summary: 'Importa contratos de um arquivo CSV: tudo ou nada, a menos que validRows seja true.',
      description:
        'O corpo é o arquivo. A resposta traz tudo o que há de errado, linha a linha; state diz se foi gravado. O mesmo arquivo outra vez não muda nada.',
      upload: { types: csvTypes, maxBytes: MOST_BYTES, read: receiveFile },
      query: Fields({
        dryRun: Type.Optional(Flag({ description: 'true: só confere e conta o que seria feito.' })),
        update: Type.Optional(Flag({ description: 'true: aplica as linhas conhecidas que diferem do cadastrado.' })),
        validRows: Type.Optional(Flag({ description: 'true: importa as linhas certas e deixa as erradas de fora.' })),
        filename: Type.Optional(Text(200)),
      }),
      answer: ImportAnswer,
      status: 201,
    },
    async (ctx, { file, query }) => {
      const { dryRun = false, update = false, validRows = false, filename = null } = query
      const made = await importContracts(ctx, { file, filename, dryRun, update, validRows })
      return { body: showImport(made), location: `/v1/imports/${showId('import', made.id)}`, wakes: made.state === 'done' }
    },
  )

  route(
    app,
    'GET /v1/imports',
    {
      ...reads,
      summary: 'Lista as importações, da mais nova à mais antiga.',
      query: PageQuery({ state: Type.Optional(OneOf(importStates)) }),
      answer: PageOf(ListedImportAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const rows = await ctx.transact(tx => listImports(tx, { state: query.state }, page.after?.[0] ?? null, page.limit + 1))
      return { body: toPage(rows, page, row => [row.id], showListed) }
    },
  )

  route(
    app,
    'GET /v1/imports/:id',
    {
      ...reads,
      alsoNeeds: showsReport,
      summary: 'Mostra uma importação e o seu relatório.',
      params: AtImport,
      answer: ImportAnswer,
    },
    async (ctx, { params }) => {
      const it = await ctx.transact(tx => importOf(tx, params.id))
      return { body: showImport(found(it, 'Importação não encontrada.')) }
    },
  )

  registerHistoryRoute(app, '/v1/imports', 'import', reads.access)
  registerExportRoutes(app)
}

const readsContracts = { access: 'contracts:read', alsoNeeds: ['customers:read', 'catalog:read', 'receivables:read'] } as const
const ofOrganization = { organization: Type.Optional(IdOf('organization')) }

function registerExportRoutes(app: App): void {
  route(
    app,
    'GET /v1/exports/contracts.csv',
    {
      ...readsContracts,
      summary: 'Exporta os contratos no formato da importação: importar o arquivo de volta não muda nada.',
      query: Fields(ofOrganization),
      downloads: 'text/csv; charset=utf-8',
    },
    async (ctx, { query }) => csv('contratos.csv', exportContracts(ctx, { organizationId: query.organization })),
  )

  route(
    app,
    'GET /v1/exports/contracts/left-behind',
    {
      ...readsContracts,
      summary: 'Diz o que não está em nenhuma linha da exportação de contratos: o que devem contratos sem regra, e créditos.',
      query: Fields(ofOrganization),
      answer: LeftBehindAnswer,
    },
    async (ctx, { query }) => {
      const filter = { organizationId: query.organization }
      const body = await ctx.transact(async tx => ({
        receivables: await receivablesLeftBehind(tx, filter),
        credit: await creditLeftBehind(tx, filter),
      }))
      return { body }
    },
  )

  route(
    app,
    'GET /v1/exports/invoices.csv',
    {
      access: 'invoices:read',
      summary: 'Exporta as faturas para uma planilha.',
      query: Fields({
        ...ofOrganization,
        state: Type.Optional(OneOf(allInvoiceStates)),
        issueFrom: Type.Optional(Day()),
        issueUntil: Type.Optional(Day()),
      }),
      downloads: 'text/csv; charset=utf-8',
    },
    async (ctx, { query: { organization, ...filter } }) =>
      csv('faturas.csv', exportInvoices(ctx, { ...filter, organizationId: organization })),
  )

  route(
    app,
    'GET /v1/exports/receivables.csv',
    {
      access: 'receivables:read',
      summary: 'Exporta as parcelas para uma planilha.',
      query: Fields({
        ...ofOrganization,
        state: Type.Optional(OneOf(allReceivableStates)),
        dueFrom: Type.Optional(Day()),
        dueUntil: Type.Optional(Day()),
      }),
      downloads: 'text/csv; charset=utf-8',
    },
    async (ctx, { query: { organization, ...filter } }) =>
      csv('parcelas.csv', exportReceivables(ctx, { ...filter, organizationId: organization })),
  )
}

function csv(filename: string, rows: AsyncGenerator<string>) {
  return { download: { filename, content: Readable.from(rows) } }
}
