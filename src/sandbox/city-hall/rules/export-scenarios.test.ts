import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { comExt, type DpsParts, dpsText, foreignAddress, tomaAddress } from '../../../../test/city-hall/dps-text.ts'
import { hallAtNoon } from '../../../../test/city-hall/standing.ts'
import { parseXml } from '../../../nfse/schema/parse-xml.ts'
import { caseOf } from '../issue/judge-dps.ts'
import { ReadDps } from '../reading/read-dps.ts'
import { municipalTaxRules } from './municipal-tax.ts'

const table = readFileSync(new URL('../../../nfse/data/tables/export-scenarios.tsv', import.meta.url), 'utf8')
const scenarios = table
  .trimEnd()
  .split('\n')
  .slice(1)
  .map(line => line.split('\t'))
  // What a city may lay down besides is E0539's and E0540's, which have cases of their own.
  .filter(([, , , , incidence]) => incidence !== 'city')

/** A service of each incidence: of the provider's place, of the place of service, of the taker's place. */
const services: Record<string, string> = { EP: '010701', LP: '071002', ET: '170501', 990101: '990101' }
/** What the annex numbers its errors. */
const errors: Record<string, string> = { 1: 'E0529', 2: 'E0530', 3: 'E0539' }

const party = (where: string) =>
  where === 'BR'
    ? `<CNPJ>91712343000134</CNPJ><xNome>Alguem Ltda</xNome>${tomaAddress}`
    : `<NIF>123</NIF><xNome>Somebody Inc</xNome>${foreignAddress}`

function refusals(parts: DpsParts): string[] {
  const parsed = parseXml(dpsText(parts))
  if (!parsed.ok) throw new Error(parsed.fault.message)
  const asked = caseOf(ReadDps.of(parsed.root), hallAtNoon().asSeenBy(''))
  return municipalTaxRules.rules.filter(rule => rule.refuses(asked)).map(({ code }) => code)
}

test.each(scenarios)(
  'scenario %s of the annex: taker %s, intermediary %s, place %s, %s, tribISSQN %s',
  (_number, taker, intermediary, place, incidence, kind, error, asksForResult) => {
    const isHere = place === 'BR'
    const parts = (result: string): DpsParts => ({
      cTribNac: services[incidence ?? ''] ?? '',
      toma: party(taker ?? ''),
      interm: party(intermediary ?? ''),
      locPrest: isHere ? '<cLocPrestacao>4205407</cLocPrestacao>' : '<cPaisPrestacao>US</cPaisPrestacao>',
      afterService: comExt,
      tribMun: `<tribISSQN>${kind}</tribISSQN>${result}${kind === '2' ? '<tpImunidade>1</tpImunidade>' : ''}<tpRetISSQN>1</tpRetISSQN>`,
    })
    const expected = errors[error ?? '']
    const without = refusals(parts(''))
    const withResult = refusals(parts('<cPaisResult>US</cPaisResult>'))
    if (expected !== undefined) {
      expect(without).toContain(expected)
      return
    }
    // Scenario 68 marks the country of a result as asked for where nothing is exported; the rule's own list of scenarios has not it.
    const isAsked = asksForResult === '1' && kind === '3'
    expect({ without, withResult }).toEqual(
      isAsked ? { without: ['E0590'], withResult: [] } : { without: [], withResult: ['E0591'] },
    )
  },
)
