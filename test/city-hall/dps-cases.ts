import { instant } from '../../src/core/dates.ts'
import type { CityHall } from '../../src/sandbox/city-hall/hall.ts'
import {
  comExt,
  type DpsParts,
  exported,
  florianopolis,
  foreignAddress,
  ibsCbs,
  ibsCbsText,
  mei,
  provider,
  simples,
  taker,
  tomaAddress,
} from './dps-text.ts'
import { happened, standingKey, stands } from './standing.ts'

/** One DPS that a rule refuses, and one beside it that nothing refuses. */
export interface DpsCaseOfRule {
  readonly refuses: DpsParts
  /** The usual one, where nothing is said. */
  readonly accepts?: DpsParts
  /** What the city hall knows in both. */
  readonly hall?: (hall: CityHall) => void
}

const city =
  (terms: object = {}) =>
  (hall: CityHall) => {
    hall.enterCity({ code: florianopolis, ...terms })
  }
const taxpayer =
  (terms: object = {}) =>
  (hall: CityHall) => {
    hall.enterTaxpayer({ taxId: provider, ...terms })
  }
const entry = { city: florianopolis, municipalNumber: '4567' }
const closed =
  (...known: string[]) =>
  (hall: CityHall) => {
    for (const taxId of known) hall.enterTaxpayer({ taxId })
    hall.set({ register: 'closed' })
  }
const both =
  (...steps: ((hall: CityHall) => void)[]) =>
  (hall: CityHall) => {
    for (const step of steps) step(hall)
  }

const otherCpf = '52998224725'
const otherCnpj = '44556677000186'
const named = (id: string, rest = '') => `${id}<xNome>Fulano de Tal</xNome>${rest}`
const withheldBy = (who: '2' | '3', rate = '') => `<tribISSQN>1</tribISSQN><tpRetISSQN>${who}</tpRetISSQN>${rate}`
const withCnpj = `<CNPJ>${otherCnpj}</CNPJ>`
const withCpf = `<CPF>${otherCpf}</CPF>`
const cityAddress = (code: string) => tomaAddress.replace('3550308', code)
const countryAddress = (code: string) => foreignAddress.replace('US', code)

const identity: Record<string, DpsCaseOfRule> = {
  E0004: { refuses: { id: `DPS${florianopolis}2${provider}00001000000000009999` } },
  E0006: { refuses: { tpAmb: '1' } },
  E0008: { refuses: { dhEmi: '2026-11-20T12:00:01-03:00' }, accepts: { dhEmi: '2026-11-20T12:00:00-03:00' } },
  E0010: { refuses: { serie: '50000' }, accepts: { serie: '49999' } },
  E0014: { refuses: { nDPS: '7' }, accepts: { nDPS: '8' }, hall: hall => stands(hall) },
  E0015: { refuses: { dCompet: '2026-11-21' } },
  E0016: {
    refuses: { dCompet: '2026-01-31' },
    accepts: { dCompet: '2026-02-01' },
    hall: city({ since: '2026-02-01' }),
  },
  E0018: { refuses: { dCompet: '2026-01-31' }, accepts: { dCompet: '2026-02-01' }, hall: taxpayer({ since: '2026-02-01' }) },
  E0020: {
    refuses: { prest: withCpf, dCompet: '2026-01-31' },
    accepts: { prest: withCpf, dCompet: '2026-02-01' },
    hall: hall => {
      hall.enterTaxpayer({ taxId: otherCpf, since: '2026-02-01', entries: [{ ...entry, isActive: false }] })
    },
  },
  E0023: {
    refuses: { prest: `<CNPJ>${provider}</CNPJ><IM>4567</IM>`, dCompet: '2026-01-31' },
    accepts: { prest: `<CNPJ>${provider}</CNPJ><IM>4567</IM>` },
    hall: taxpayer({ entries: [{ ...entry, since: '2026-02-01' }] }),
  },
  E0029: { refuses: { reasons: '<cMotivoEmisTI>4</cMotivoEmisTI>' } },
  E0037: {
    refuses: { cLocEmi: '1100015' },
    accepts: { cLocEmi: '3304557' },
  },
  E0038: { refuses: { cLocEmi: '4314902' } },
  E0041: {
    refuses: { ...mei, cLocEmi: '3304557' },
    accepts: mei,
    hall: taxpayer({ city: florianopolis, simples: [{ kind: '2' }] }),
  },
  E9996: { refuses: { tpEmit: '2' } },
}

const providers: Record<string, DpsCaseOfRule> = {
  E0080: { refuses: { prest: '<CNPJ>11222333000182</CNPJ>' } },
  E0082: { refuses: { prest: withCnpj }, hall: closed(provider, taker) },
  E0084: { refuses: {}, accepts: { cLocEmi: '3304557' }, hall: taxpayer({ city: '3304557' }) },
  E0096: { refuses: { prest: '<CPF>52998224726</CPF>' }, accepts: { prest: withCpf } },
  E0098: {
    refuses: { prest: '<CPF>11144477735</CPF>' },
    accepts: { prest: withCpf },
    hall: both(closed(taker), hall => {
      hall.enterTaxpayer({ taxId: otherCpf, entries: [{ ...entry, isActive: false }] })
    }),
  },
  E0099: {
    refuses: { prest: withCpf },
    accepts: {},
    hall: hall => {
      hall.enterTaxpayer({ taxId: otherCpf })
    },
  },
  E0112: { refuses: { prest: '<NIF>123</NIF><xNome>Foreign</xNome>' } },
  E0114: { refuses: { prest: '<cNaoNIF>1</cNaoNIF>' } },
  E0115: { refuses: { prest: '<cNaoNIF>0</cNaoNIF>' } },
  E0116: {
    refuses: {},
    accepts: { prest: `<CNPJ>${provider}</CNPJ><IM>4567</IM>` },
    hall: taxpayer({ entries: [entry] }),
  },
  E0119: {
    refuses: { prest: `<CNPJ>${provider}</CNPJ><IM>4567</IM>` },
    accepts: { prest: `<CNPJ>${provider}</CNPJ><IM>89</IM>` },
    hall: taxpayer({
      entries: [
        { ...entry, mayIssue: false },
        { city: florianopolis, municipalNumber: '89' },
      ],
    }),
  },
  E0120: { refuses: { prest: `<CNPJ>${provider}</CNPJ><IM>4567</IM>` } },
  E0124: {
    refuses: { prest: `<CNPJ>${provider}</CNPJ><IM>4567</IM>` },
    hall: taxpayer({ entries: [{ ...entry, isActive: false }] }),
  },
  E0121: { refuses: { prest: `<CNPJ>${provider}</CNPJ><xNome>Empresa</xNome>` } },
  E0123: { refuses: { prest: '<NIF>123</NIF>' } },
  E0128: { refuses: { prest: `<CNPJ>${provider}</CNPJ>${tomaAddress}` } },
  E0130: { refuses: { prest: `<CNPJ>${provider}</CNPJ>${cityAddress('1234567')}` } },
  E0146: { refuses: { prest: `<CNPJ>${provider}</CNPJ>${countryAddress('XX')}` } },
  E0148: {
    refuses: { prest: `<CNPJ>${provider}</CNPJ><email>ninguem</email>` },
    accepts: { prest: `<CNPJ>${provider}</CNPJ><email>a@b.example</email>` },
  },
  E0160: { refuses: {}, accepts: simples, hall: taxpayer({ simples: [{ kind: '3', from: '2020-01-01' }] }) },
  E0162: {
    refuses: { regTrib: '<opSimpNac>1</opSimpNac><regApTribSN>1</regApTribSN><regEspTrib>0</regEspTrib>' },
  },
  E0166: { refuses: { ...simples, regTrib: '<opSimpNac>3</opSimpNac><regEspTrib>0</regEspTrib>' }, accepts: simples },
  E0172: { refuses: { ...exported, regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>5</regEspTrib>' }, accepts: exported },
  E0174: { refuses: { ...mei, regTrib: '<opSimpNac>2</opSimpNac><regEspTrib>5</regEspTrib>' }, accepts: mei },
  E0175: {
    refuses: { ...simples, regTrib: '<opSimpNac>3</opSimpNac><regApTribSN>1</regApTribSN><regEspTrib>5</regEspTrib>' },
    accepts: simples,
  },
  E0176: {
    refuses: { ...inCity('3304557'), regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>6</regEspTrib>' },
    accepts: { ...inCity('3304557'), regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>5</regEspTrib>' },
    hall: hall => {
      hall.enterCity({ code: '3304557', specialRegimes: ['5', '6'] })
    },
  },
  E0177: {
    refuses: { regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>4</regEspTrib>' },
    accepts: { regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>6</regEspTrib>' },
    hall: city({ specialRegimes: ['6'] }),
  },
  E0178: {
    refuses: { regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>6</regEspTrib>' },
    accepts: { regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>5</regEspTrib>' },
    hall: city({ specialRegimes: ['5', '6'], services: { '010701': { specialRegimes: ['5'] } } }),
  },
}

/** A service that is taxed where it is done: 07.10.02, cleaning of buildings. */
function inCity(place: string): DpsParts {
  return { cTribNac: '071002', cNBS: '', locPrest: `<cLocPrestacao>${place}</cLocPrestacao>` }
}

function persons(of: 'toma' | 'interm', codes: Record<string, string>, who: '2' | '3'): Record<string, DpsCaseOfRule> {
  const as = (party: string, more: DpsParts = {}): DpsParts => ({ ...more, [of]: party })
  const whole = as(named(withCnpj, tomaAddress))
  const code = (name: string) => codes[name] ?? ''
  const abroad: DpsParts = { afterService: comExt }
  return {
    [code('cnpj')]: { refuses: as(named('<CNPJ>44556677000187</CNPJ>')), accepts: whole },
    [code('cnpjKnown')]: { refuses: whole, accepts: as(named(`<CNPJ>${taker}</CNPJ>`)), hall: closed(provider, taker) },
    [code('root')]: { refuses: as(named('<CNPJ>11222333000262</CNPJ>')), accepts: whole },
    [code('identified')]: {
      refuses: as(named('<cNaoNIF>1</cNaoNIF>', tomaAddress), { tribMun: withheldBy(who) }),
      accepts: as(named(withCnpj, tomaAddress), { tribMun: withheldBy(who) }),
    },
    [code('cpf')]: { refuses: as(named('<CPF>52998224726</CPF>')), accepts: as(named(withCpf)) },
    [code('cpfKnown')]: {
      refuses: as(named('<CPF>11144477735</CPF>')),
      accepts: as(named(withCpf)),
      hall: closed(provider, taker, otherCpf),
    },
    [code('foreignAddress')]: {
      refuses: as(named(withCnpj, foreignAddress), abroad),
      accepts: as(named('<NIF>123</NIF>', foreignAddress), abroad),
    },
    [code('noNif')]: { refuses: as(named('<cNaoNIF>0</cNaoNIF>')), accepts: as(named('<cNaoNIF>2</cNaoNIF>')) },
    [code('national')]: {
      refuses: as(named(withCnpj), { tribMun: withheldBy(who) }),
      accepts: as(named(withCnpj, tomaAddress), { tribMun: withheldBy(who) }),
    },
    [code('city')]: { refuses: as(named(withCnpj, cityAddress('1234567'))), accepts: whole },
    [code('nifAddress')]: {
      refuses: as(named('<NIF>123</NIF>'), abroad),
      accepts: as(named('<NIF>123</NIF>', foreignAddress), abroad),
    },
    [code('country')]: {
      refuses: as(named('<NIF>123</NIF>', countryAddress('BR')), abroad),
      accepts: as(named('<NIF>123</NIF>', foreignAddress), abroad),
    },
    [code('email')]: {
      refuses: as(named(withCnpj, '<email>sem-arroba</email>')),
      accepts: as(named(withCnpj, '<email>a@b.example</email>')),
    },
  }
}

const others: Record<string, DpsCaseOfRule> = {
  ...persons(
    'toma',
    {
      cnpj: 'E0188',
      cnpjKnown: 'E0190',
      root: 'E0202',
      identified: 'E0204',
      cpf: 'E0206',
      cpfKnown: 'E0207',
      foreignAddress: 'E0223',
      noNif: 'E0226',
      national: 'E0237',
      city: 'E0238',
      nifAddress: 'E0242',
      country: 'E0246',
      email: 'E0247',
    },
    '2',
  ),
  ...persons(
    'interm',
    {
      cnpj: 'E0248',
      cnpjKnown: 'E0250',
      root: 'E0262',
      identified: 'E0264',
      cpf: 'E0266',
      cpfKnown: 'E0268',
      foreignAddress: 'E0281',
      noNif: 'E0286',
      national: 'E0293',
      city: 'E0294',
      nifAddress: 'E0298',
      country: 'E0299',
      email: 'E0300',
    },
    '3',
  ),
  E0234: {
    refuses: { cTribNac: '170501', cNBS: '', toma: named(withCnpj) },
    accepts: { cTribNac: '170501', cNBS: '', toma: named(withCnpj, tomaAddress) },
  },
}

const obra = (address: string) => `<obra>${address}</obra>`
const cep = '<end><CEP>88010000</CEP><xLgr>Rua</xLgr><nro>1</nro><xBairro>Centro</xBairro></end>'
const endExt =
  '<end><endExt><cEndPost>10001</cEndPost><xCidade>New York</xCidade><xEstProvReg>NY</xEstProvReg></endExt><xLgr>Rua</xLgr><nro>1</nro><xBairro>Centro</xBairro></end>'
const event = (address: string) =>
  `<atvEvento><xNome>Festival</xNome><dtIni>2026-11-01</dtIni><dtFim>2026-11-02</dtFim>${address}</atvEvento>`
const abroad = '<cPaisPrestacao>US</cPaisPrestacao>'
/** Works, taxed where they are done. */
const works: DpsParts = { cTribNac: '070201', cNBS: '' }
const concert: DpsParts = { cTribNac: '120701', cNBS: '' }
const done = (parts: DpsParts): DpsParts => ({ ...parts, locPrest: abroad, cNBS: '115013000' })
const exportedThere = '<tribISSQN>3</tribISSQN><tpRetISSQN>1</tpRetISSQN>'

const services: Record<string, DpsCaseOfRule> = {
  E0302: {
    refuses: { locPrest: '<cLocPrestacao>1234567</cLocPrestacao>' },
    accepts: { locPrest: '<cLocPrestacao>0000000</cLocPrestacao>' },
  },
  E0304: {
    refuses: { ...exported, locPrest: '<cPaisPrestacao>BR</cPaisPrestacao>', tribMun: exportedThere },
    accepts: { ...exported, locPrest: abroad, tribMun: exportedThere },
  },
  E0310: { refuses: { cTribNac: '990303' } },
  E0314: {
    refuses: { cTribMun: '002' },
    accepts: { cTribMun: '001' },
    hall: city({ services: { '010701': { municipalCodes: ['001'] } } }),
  },
  E0316: { refuses: { cNBS: '100000000' } },
  E0318: { refuses: { ...exported, cNBS: '' }, accepts: exported },
  E0330: { refuses: { ...exported, afterService: '' }, accepts: exported },
  E0333: { refuses: { ...exported, afterService: comExt.replace('>4</mdP', '>0</mdP') }, accepts: exported },
  E0341: { refuses: { ...exported, afterService: comExt.replace('>01</mecAFComexP', '>00</mecAFComexP') }, accepts: exported },
  E0343: { refuses: { ...exported, afterService: comExt.replace('>01</mecAFComexT', '>00</mecAFComexT') }, accepts: exported },
  E0345: { refuses: { ...exported, afterService: comExt.replace('>1</mov', '>0</mov') }, accepts: exported },
  E0352: {
    refuses: { ...exported, afterService: comExt.replace('>1</mov', '>2</mov') },
    accepts: { ...exported, afterService: comExt.replace('>1</movTempBens>', '>2</movTempBens><nDI>123456</nDI>') },
  },
  E0354: {
    refuses: { ...exported, afterService: comExt.replace('</movTempBens>', '</movTempBens><nDI>123456</nDI>') },
    accepts: exported,
  },
  E0356: {
    refuses: { ...exported, afterService: comExt.replace('>1</mov', '>3</mov') },
    accepts: { ...exported, afterService: comExt.replace('>1</movTempBens>', '>3</movTempBens><nRE>123456</nRE>') },
  },
  E0370: { refuses: works, accepts: { ...works, afterService: obra(cep) } },
  E0372: {
    refuses: { afterService: obra(cep) },
    accepts: {
      cTribNac: '990101',
      cNBS: '',
      afterService: obra(cep),
      tribMun: '<tribISSQN>4</tribISSQN><tpRetISSQN>1</tpRetISSQN>',
    },
  },
  E0382: {
    refuses: done({ ...works, afterService: comExt + obra(cep), tribMun: exportedThere }),
    accepts: done({ ...works, afterService: comExt + obra(endExt), tribMun: exportedThere }),
  },
  E0384: {
    refuses: done({ ...works, afterService: comExt + obra(cep), tribMun: exportedThere }),
    accepts: done({ ...works, afterService: comExt + obra(endExt), tribMun: exportedThere }),
  },
  E0386: { refuses: { ...works, afterService: obra(endExt) }, accepts: { ...works, afterService: obra(cep) } },
  E0390: { refuses: concert, accepts: { ...concert, afterService: event(cep) } },
  E0392: { refuses: { afterService: event(cep) } },
  E0398: { refuses: { ...concert, afterService: event(endExt) }, accepts: { ...concert, afterService: event(cep) } },
  E0400: {
    refuses: done({ ...concert, afterService: comExt + event(cep), tribMun: exportedThere }),
    accepts: done({ ...concert, afterService: comExt + event(endExt), tribMun: exportedThere }),
  },
  E0402: {
    refuses: done({ ...concert, afterService: comExt + event(cep), tribMun: exportedThere }),
    accepts: done({ ...concert, afterService: comExt + event(endExt), tribMun: exportedThere }),
  },
  E0404: { refuses: { ...concert, afterService: event(endExt) }, accepts: { ...concert, afterService: event(cep) } },
}

/** A city that lets the base be reduced in every way. */
const deducts = city({ services: { '010701': { deductions: ['percent', 'value', 'documents'] } } })
const immune = '<tribISSQN>2</tribISSQN><tpImunidade>1</tpImunidade><tpRetISSQN>1</tpRetISSQN>'
const suspended =
  '<tribISSQN>1</tribISSQN><exigSusp><tpSusp>1</tpSusp><nProcesso>000000000000000000000000000001</nProcesso></exigSusp><tpRetISSQN>1</tpRetISSQN>'
const specialRegime = '<opSimpNac>1</opSimpNac><regEspTrib>6</regEspTrib>'
const document = (
  which: string,
  more = '',
  rest = '<vDedutivelRedutivel>100.00</vDedutivelRedutivel><vDeducaoReducao>100.00</vDeducaoReducao>',
) => `<documentos><docDedRed>${which}<tpDedRed>2</tpDedRed><dtEmiDoc>2026-11-01</dtEmiDoc>${rest}${more}</docDedRed></documentos>`
const supplier = `<fornec>${named(withCnpj, tomaAddress)}</fornec>`
const paper = (more = supplier, rest?: string) => ({ deduction: document('<nDoc>123</nDoc>', more, rest) })
const benefit = (number: string, cut = '') =>
  `<tribISSQN>1</tribISSQN><BM><nBM>${number}</nBM>${cut}</BM><tpRetISSQN>1</tpRetISSQN>`
const free = '42054070100001'
const cutPercent = '42054070200001'
const cutValue = '42054070300001'
const otherRate = '42054070400001'
const gives = city({
  services: { '010701': { deductions: ['percent'] } },
  benefits: [
    { number: free, kind: 'exemption' },
    { number: cutPercent, kind: 'percent', percent: '60.00' },
    { number: cutValue, kind: 'value' },
    { number: otherRate, kind: 'rate', percent: '2.00' },
    { number: '42054070100002', kind: 'exemption', from: '2027-01-01' },
    { number: '42054070100003', kind: 'exemption', isForLocals: true },
    { number: '42054070100004', kind: 'exemption', services: ['010101'] },
  ],
})
const half = '<pRedBCBM>50.00</pRedBCBM>'

const values: Record<string, DpsCaseOfRule> = {
  E0424: { refuses: { vReceb: '1000.00' } },
  E0425: { refuses: { vReceb: '999.99' } },
  E0427: { refuses: { deduction: '<vDR>1000.01</vDR>' }, accepts: { deduction: '<vDR>100.00</vDR>' }, hall: deducts },
  E0428: {
    refuses: { tribFed: '<vRetCP>600.00</vRetCP><vRetIRRF>600.00</vRetIRRF>' },
    accepts: { tribFed: '<vRetCP>500.00</vRetCP><vRetIRRF>500.00</vRetIRRF>' },
  },
  E0429: {
    refuses: paper(supplier, '<vDedutivelRedutivel>700.00</vDedutivelRedutivel><vDeducaoReducao>600.01</vDeducaoReducao>'),
    accepts: paper(supplier, '<vDedutivelRedutivel>700.00</vDedutivelRedutivel><vDeducaoReducao>600.00</vDeducaoReducao>'),
    hall: deducts,
  },
  E0430: {
    refuses: { discounts: '<vDescIncond>601.00</vDescIncond>' },
    accepts: { discounts: '<vDescIncond>600.00</vDescIncond>' },
  },
  E0431: { refuses: { discounts: '<vDescIncond>0.00</vDescIncond>' }, accepts: { discounts: '<vDescIncond>0.01</vDescIncond>' } },
  E0432: { refuses: { discounts: '<vDescCond>1000.00</vDescCond>' }, accepts: { discounts: '<vDescCond>999.99</vDescCond>' } },
  E0435: { refuses: { tribMun: immune, deduction: '<vDR>1.00</vDR>' }, accepts: { tribMun: immune }, hall: deducts },
  E0436: { refuses: { ...mei, deduction: '<vDR>1.00</vDR>' }, accepts: mei, hall: deducts },
  E0437: { refuses: { tribMun: suspended, deduction: '<vDR>1.00</vDR>' }, accepts: { tribMun: suspended }, hall: deducts },
  E0438: {
    refuses: { regTrib: specialRegime, deduction: '<vDR>1.00</vDR>' },
    accepts: { regTrib: specialRegime },
    hall: city({ specialRegimes: ['6'], services: { '010701': { deductions: ['value'] } } }),
  },
  E0439: { refuses: { tribMun: benefit(free), deduction: '<pDR>10.00</pDR>' }, accepts: { tribMun: benefit(free) }, hall: gives },
  E0441: { refuses: { ...simples, deduction: '<vDR>1.00</vDR>' }, accepts: simples, hall: deducts },
  E0442: {
    refuses: { ...simples, ...inCity('1100015'), deduction: '<vDR>1.00</vDR>' },
    accepts: { ...simples, ...inCity('1100015') },
  },
  E0453: { refuses: { deduction: '<pDR>0.00</pDR>' }, accepts: { deduction: '<pDR>0.01</pDR>' }, hall: deducts },
  E0454: {
    refuses: { deduction: '<pDR>10.00</pDR>' },
    accepts: { deduction: '<vDR>10.00</vDR>' },
    hall: city({ services: { '010701': { deductions: ['value'] } } }),
  },
  E0444: { refuses: { deduction: '<pDR>60.01</pDR>' }, accepts: { deduction: '<pDR>60.00</pDR>' }, hall: deducts },
  E0446: {
    refuses: { deduction: '<vDR>10.00</vDR>' },
    accepts: { deduction: '<pDR>10.00</pDR>' },
    hall: city({ services: { '010701': { deductions: ['percent'] } } }),
  },
  E0447: { refuses: { deduction: '<vDR>600.50</vDR>' }, accepts: { deduction: '<vDR>600.00</vDR>' }, hall: deducts },
  E0449: { refuses: paper(), accepts: { deduction: '<pDR>10.00</pDR>' }, hall: gives },
  E0575: {
    refuses: { tribMun: benefit(cutValue, '<vRedBCBM>601.00</vRedBCBM>') },
    accepts: { tribMun: benefit(cutValue, '<vRedBCBM>600.00</vRedBCBM>') },
    hall: gives,
  },
  E0587: {
    refuses: { tribMun: benefit(cutPercent, half), deduction: '<pDR>50.00</pDR>' },
    accepts: { tribMun: benefit(cutPercent, half) },
    hall: gives,
  },
}

const badDigit = `${standingKey.slice(0, -1)}${(Number(standingKey.slice(-1)) + 1) % 10}`
const nfe = '35261111222333000181550010000000011123456789'

const documents: Record<string, DpsCaseOfRule> = {
  E0455: {
    refuses: { deduction: document(`<chNFSe>${badDigit}</chNFSe>`) },
    accepts: ofStanding(),
    hall: both(deducts, hall => stands(hall)),
  },
  E0456: { refuses: ofStanding(), accepts: paper(), hall: deducts },
  E0458: {
    refuses: ofStanding(),
    accepts: paper(),
    hall: both(
      deducts,
      hall => stands(hall),
      hall => happened(hall, '101101'),
    ),
  },
  E0460: { refuses: { deduction: document(`<chNFe>${nfe}</chNFe>`) }, accepts: paper(), hall: deducts },
  E0466: {
    refuses: { deduction: document(otherNote('1234567'), supplier) },
    accepts: { deduction: document(otherNote('3550308'), supplier) },
    hall: deducts,
  },
  E0468: { refuses: { deduction: paper().deduction.replace('>2</tpD', '>99</tpD') }, accepts: paper(), hall: deducts },
  E0470: {
    refuses: {
      deduction: paper().deduction.replace('</tpDedRed>', '</tpDedRed><xDescOutDed>Material de outra especie</xDescOutDed>'),
    },
    accepts: {
      deduction: paper().deduction.replace('>2</tpDedRed>', '>99</tpDedRed><xDescOutDed>Material de outra especie</xDescOutDed>'),
    },
    hall: deducts,
  },
  E0472: { refuses: { deduction: paper().deduction.replace('2026-11-01', '2026-11-21') }, accepts: paper(), hall: deducts },
  E0474: {
    refuses: paper(supplier, '<vDedutivelRedutivel>99.99</vDedutivelRedutivel><vDeducaoReducao>100.00</vDeducaoReducao>'),
    accepts: paper(),
    hall: deducts,
  },
  E0476: {
    refuses: paper(supplier, '<vDedutivelRedutivel>2000.00</vDedutivelRedutivel><vDeducaoReducao>1000.01</vDeducaoReducao>'),
    accepts: paper(),
    hall: deducts,
  },
  E0477: { refuses: paper(''), accepts: paper(), hall: deducts },
  E0478: { refuses: paper(supplier.replace('86</CNPJ>', '87</CNPJ>')), accepts: paper(), hall: deducts },
  E0482: { refuses: paper(), accepts: paper(suppliedBy(`<CNPJ>${taker}</CNPJ>`)), hall: both(deducts, closed(provider, taker)) },
  E0484: { refuses: paper(suppliedBy('<CPF>52998224726</CPF>')), accepts: paper(suppliedBy(withCpf)), hall: deducts },
  E0488: {
    refuses: paper(suppliedBy('<CPF>11144477735</CPF>')),
    accepts: paper(suppliedBy(withCpf)),
    hall: both(deducts, closed(provider, taker, otherCpf)),
  },
  E0490: {
    refuses: paper(suppliedBy('<cNaoNIF>0</cNaoNIF>')),
    accepts: paper(suppliedBy('<cNaoNIF>1</cNaoNIF>')),
    hall: deducts,
  },
  E0492: { refuses: paper(`<fornec>${named(withCnpj)}</fornec>`), accepts: paper(), hall: deducts },
  E0494: { refuses: paper(supplier.replace('3550308', '1234567')), accepts: paper(), hall: deducts },
  E0498: { refuses: paper(`<fornec>${named('<NIF>1</NIF>')}</fornec>`), accepts: paper(fromAbroad('US')), hall: deducts },
  E0499: { refuses: paper(fromAbroad('BR')), accepts: paper(fromAbroad('US')), hall: deducts },
}

function ofStanding(): DpsParts {
  return { deduction: document(`<chNFSe>${standingKey}</chNFSe>`) }
}
function otherNote(place: string): string {
  return `<NFSeMun><cMunNFSeMun>${place}</cMunNFSeMun><nNFSeMun>000000000000001</nNFSeMun><cVerifNFSeMun>ABC</cVerifNFSeMun></NFSeMun>`
}
function suppliedBy(id: string): string {
  return `<fornec>${named(id, tomaAddress)}</fornec>`
}
function fromAbroad(country: string): string {
  return `<fornec>${named('<NIF>1</NIF>', countryAddress(country))}</fornec>`
}

const rated = (rate: string, who: '1' | '2' = '1') =>
  `<tribISSQN>1</tribISSQN><tpRetISSQN>${who}</tpRetISSQN><pAliq>${rate}</pAliq>`
const notIncident = '<tribISSQN>4</tribISSQN><tpRetISSQN>1</tpRetISSQN>'
const elsewhere = inCity('1100015')
const simplesOutside: DpsParts = {
  regTrib: '<opSimpNac>3</opSimpNac><regApTribSN>2</regApTribSN><regEspTrib>0</regEspTrib>',
  totTrib: '<pTotTribSN>6.00</pTotTribSN>',
}

const municipal: Record<string, DpsCaseOfRule> = {
  E0529: {
    refuses: { ...exported, cTribNac: '071002', tribMun: exportedThere },
    accepts: exported,
  },
  E0530: {
    refuses: done({ cTribNac: '071002', afterService: comExt }),
    accepts: done({ cTribNac: '071002', afterService: comExt, tribMun: exportedThere }),
  },
  E0532: { refuses: { cTribNac: '990101', cNBS: '' }, accepts: { cTribNac: '990101', cNBS: '', tribMun: notIncident } },
  E0539: { refuses: { tribMun: notIncident } },
  E0540: {
    refuses: {},
    accepts: { tribMun: notIncident },
    hall: city({ services: { '010701': { isIncident: false } } }),
  },
  E0590: { refuses: { ...exported, tribMun: exportedThere }, accepts: exported },
  E0591: {
    refuses: { tribMun: '<tribISSQN>1</tribISSQN><cPaisResult>US</cPaisResult><tpRetISSQN>1</tpRetISSQN>' },
    accepts: exported,
  },
  E0592: { refuses: { tribMun: '<tribISSQN>2</tribISSQN><tpRetISSQN>1</tpRetISSQN>' }, accepts: { tribMun: immune } },
  E0593: { refuses: { tribMun: immune.replace('>1</tpI', '>0</tpI') }, accepts: { tribMun: immune } },
  E0585: {
    refuses: {
      tribMun: suspended
        .replace('<tribISSQN>1', '<tribISSQN>2')
        .replace('</tribISSQN>', '</tribISSQN><tpImunidade>1</tpImunidade>'),
    },
    accepts: { tribMun: suspended },
  },
  E0533: {
    refuses: {
      tribMun: `<tribISSQN>2</tribISSQN><tpImunidade>1</tpImunidade><BM><nBM>${free}</nBM></BM><tpRetISSQN>1</tpRetISSQN>`,
    },
    accepts: { tribMun: immune },
    hall: gives,
  },
  E0534: { refuses: { ...mei, tribMun: benefit(free) }, accepts: mei, hall: gives },
  E0535: {
    refuses: { regTrib: specialRegime, tribMun: benefit(free) },
    accepts: { regTrib: specialRegime },
    hall: city({ specialRegimes: ['6'], benefits: [{ number: free, kind: 'exemption' }] }),
  },
  E0538: {
    refuses: { tribMun: suspended.replace('<tpRet', `<BM><nBM>${free}</nBM></BM><tpRet`) },
    accepts: { tribMun: suspended },
    hall: gives,
  },
  E0537: {
    refuses: { ...elsewhere, tribMun: benefit(free).replace('</tpRetISSQN>', '</tpRetISSQN><pAliq>3.00</pAliq>') },
    accepts: { ...elsewhere, tribMun: rated('3.00') },
  },
  E0536: { refuses: { ...simples, tribMun: benefit(free) }, accepts: simples, hall: gives },
  E0541: { refuses: { tribMun: benefit('42054070109999') }, accepts: { tribMun: benefit(free) }, hall: gives },
  E0544: { refuses: { tribMun: benefit('42054070100002') }, accepts: { tribMun: benefit(free) }, hall: gives },
  E0548: {
    refuses: { ...inCity(florianopolis), cLocEmi: '3304557', tribMun: benefit('42054070100003') },
    accepts: { ...inCity(florianopolis), tribMun: benefit('42054070100003') },
    hall: gives,
  },
  E0550: {
    refuses: { tribMun: benefit('42054070100004') },
    accepts: { cTribNac: '010101', tribMun: benefit('42054070100004') },
    hall: gives,
  },
  E0565: {
    refuses: { tribMun: benefit(free, '<vRedBCBM>1.00</vRedBCBM>') },
    accepts: { tribMun: benefit(cutValue, '<vRedBCBM>1.00</vRedBCBM>') },
    hall: gives,
  },
  E0567: {
    refuses: { tribMun: benefit(cutValue) },
    accepts: { tribMun: benefit(cutValue, '<vRedBCBM>1.00</vRedBCBM>') },
    hall: gives,
  },
  E0574: {
    refuses: { tribMun: benefit(cutValue, '<vRedBCBM>1000.01</vRedBCBM>') },
    accepts: { tribMun: benefit(cutValue, '<vRedBCBM>1.00</vRedBCBM>') },
    hall: gives,
  },
  E0577: { refuses: { tribMun: benefit(free, half) }, accepts: { tribMun: benefit(cutPercent, half) }, hall: gives },
  E0579: { refuses: { tribMun: benefit(cutPercent) }, accepts: { tribMun: benefit(cutPercent, half) }, hall: gives },
  E0586: {
    refuses: { tribMun: benefit(cutPercent, '<pRedBCBM>60.01</pRedBCBM>') },
    accepts: { tribMun: benefit(cutPercent, '<pRedBCBM>60.00</pRedBCBM>') },
    hall: gives,
  },
  E0580: { refuses: { tribMun: immune.replace('<tpRetISSQN>1', '<tpRetISSQN>2') }, accepts: { tribMun: immune } },
  E0583: { refuses: { ...mei, tribMun: withheldBy('2') }, accepts: mei },
  E0588: {
    refuses: { regTrib: specialRegime, tribMun: withheldBy('2') },
    accepts: { regTrib: specialRegime },
    hall: city({ specialRegimes: ['6'] }),
  },
  E0589: { refuses: { tribMun: suspended.replace('<tpRetISSQN>1', '<tpRetISSQN>2') }, accepts: { tribMun: suspended } },
  E0594: {
    refuses: { tribMun: benefit(free).replace('<tpRetISSQN>1', '<tpRetISSQN>2') },
    accepts: { tribMun: benefit(free) },
    hall: gives,
  },
  E0596: { refuses: { cTribNac: '220101', cNBS: '', tribMun: withheldBy('2') }, accepts: { cTribNac: '220101', cNBS: '' } },
  E0667: {
    refuses: { toma: named('<CPF>11144477735</CPF>', tomaAddress), tribMun: withheldBy('2') },
    accepts: { toma: named(withCpf, tomaAddress), tribMun: withheldBy('2') },
    hall: city({ withholdingCpfs: [otherCpf] }),
  },
  E0670: {
    refuses: { interm: named('<CPF>11144477735</CPF>', tomaAddress), tribMun: withheldBy('3') },
    accepts: { interm: named(withCpf, tomaAddress), tribMun: withheldBy('3') },
    hall: city({ withholdingCpfs: [otherCpf] }),
  },
}

const rates: Record<string, DpsCaseOfRule> = {
  E0595: { refuses: { ...elsewhere, tribMun: rated('5.01') }, accepts: { ...elsewhere, tribMun: rated('5.00') } },
  E0600: { refuses: { ...mei, tribMun: rated('5.00') }, accepts: mei },
  E0602: { refuses: { tribMun: `${immune}<pAliq>5.00</pAliq>` }, accepts: { tribMun: immune } },
  E0604: {
    refuses: { regTrib: specialRegime, tribMun: rated('5.00') },
    accepts: { regTrib: specialRegime },
    hall: city({ specialRegimes: ['6'] }),
  },
  E0606: { refuses: { tribMun: `${suspended}<pAliq>5.00</pAliq>` }, accepts: { tribMun: suspended } },
  E0612: {
    refuses: { tribMun: `${benefit(otherRate)}<pAliq>2.00</pAliq>` },
    accepts: { tribMun: benefit(otherRate) },
    hall: gives,
  },
  E0617: { refuses: { tribMun: rated('5.00') } },
  E0619: { refuses: elsewhere, accepts: { ...elsewhere, tribMun: rated('3.00') } },
  E0621: { refuses: { ...simples, tribMun: rated('1.79', '2') }, accepts: { ...simples, tribMun: rated('1.80', '2') } },
  E0625: { refuses: { ...simples, tribMun: rated('2.00') }, accepts: simples },
  E0628: {
    refuses: { ...simples, ...elsewhere, tribMun: withheldBy('2') },
    accepts: { ...simples, ...elsewhere, tribMun: rated('2.00', '2') },
  },
  E0631: { refuses: { ...simples, ...elsewhere, tribMun: rated('2.00') }, accepts: { ...simples, ...elsewhere } },
  E0635: { refuses: { ...simplesOutside, tribMun: rated('2.00') }, accepts: simplesOutside },
  E0640: { refuses: { ...simplesOutside, ...elsewhere }, accepts: { ...simplesOutside, ...elsewhere, tribMun: rated('2.00') } },
}

const pisCofins = (more: string) => `<piscofins><CST>01</CST>${more}</piscofins>`
const contributions = (base: string, pis: string, cofins: string) =>
  pisCofins(
    `<vBCPisCofins>${base}</vBCPisCofins><pAliqPis>0.65</pAliqPis><pAliqCofins>3.00</pAliqCofins><vPis>${pis}</vPis><vCofins>${cofins}</vCofins>`,
  )
const retained = (kind: string, amount = '') => `${pisCofins(`<tpRetPisCofins>${kind}</tpRetPisCofins>`)}${amount}`
const burden = (federal: string, state: string, city: string) =>
  `<vTotTrib><vTotTribFed>${federal}</vTotTribFed><vTotTribEst>${state}</vTotTribEst><vTotTribMun>${city}</vTotTribMun></vTotTrib>`
const burdenIn = (federal: string, state: string, city: string) =>
  `<pTotTrib><pTotTribFed>${federal}</pTotTribFed><pTotTribEst>${state}</pTotTribEst><pTotTribMun>${city}</pTotTribMun></pTotTrib>`

const federal: Record<string, DpsCaseOfRule> = {
  E0675: { refuses: { prest: withCpf, tribFed: '<vRetIRRF>15.00</vRetIRRF>' }, accepts: { prest: withCpf } },
  E0676: { refuses: { ...mei, tribFed: '<vRetIRRF>15.00</vRetIRRF>' }, accepts: mei },
  E0677: {
    refuses: { tribFed: contributions('1000.01', '6.50', '30.00') },
    accepts: { tribFed: contributions('1000.00', '6.50', '30.00') },
  },
  E0694: {
    refuses: { tribFed: contributions('999.00', '6.51', '29.97') },
    // 6.4935, however it is rounded.
    accepts: { tribFed: contributions('999.00', '6.50', '29.97') },
  },
  E0696: {
    refuses: { tribFed: contributions('1000.00', '6.50', '29.99') },
    accepts: { tribFed: contributions('1000.00', '6.50', '30.00') },
  },
  E0699: { refuses: { tribFed: '<vRetCP>0.00</vRetCP>' }, accepts: { tribFed: '<vRetCP>110.00</vRetCP>' } },
  E0700: { refuses: { tribFed: '<vRetIRRF>1000.00</vRetIRRF>' }, accepts: { tribFed: '<vRetIRRF>15.00</vRetIRRF>' } },
  E0701: { refuses: { tribFed: '<vRetCSLL>0.00</vRetCSLL>' }, accepts: { tribFed: '<vRetCSLL>46.50</vRetCSLL>' } },
  E0702: { refuses: { totTrib: burden('1000.01', '0.00', '0.00') }, accepts: { totTrib: burden('1000.00', '0.00', '0.00') } },
  E0703: { refuses: { totTrib: burden('0.00', '1000.01', '0.00') } },
  E0704: { refuses: { totTrib: burden('0.00', '0.00', '1000.01') } },
  E0706: { refuses: { totTrib: burdenIn('100.01', '0.00', '0.00') }, accepts: { totTrib: burdenIn('100.00', '0.00', '0.00') } },
  E0707: { refuses: { totTrib: burdenIn('0.00', '100.01', '0.00') } },
  E0708: { refuses: { totTrib: burdenIn('0.00', '0.00', '100.01') } },
  E0720: {
    refuses: { tribFed: retained('0', '<vRetCSLL>46.50</vRetCSLL>') },
    accepts: { tribFed: retained('0') },
  },
  E0724: {
    refuses: { tribFed: retained('3') },
    accepts: { tribFed: retained('3', '<vRetCSLL>46.50</vRetCSLL>') },
  },
  E0710: { refuses: { ...mei, totTrib: '<pTotTribSN>6.00</pTotTribSN>' }, accepts: mei },
  E0712: { refuses: { ...simples, totTrib: '<indTotTrib>0</indTotTrib>' }, accepts: simples },
  E0713: { refuses: { totTrib: '<indTotTrib>0</indTotTrib>' }, accepts: { totTrib: burdenIn('13.45', '0.00', '5.00') } },
}

const { head, tribs } = ibsCbs
const group = (parts: Parameters<typeof ibsCbsText>[0] = {}): DpsParts => ({ ibsCbs: ibsCbsText(parts) })
const destined = (id: string, rest = '') => `<indDest>1</indDest><dest>${named(id, rest)}</dest>`
const operation = (more: string) => head + more
const government = '<tpEnteGov>3</tpEnteGov>'
const references = (key: string) => `<gRefNFSe><refNFSe>${key}</refNFSe></gRefNFSe>`
const estate = head.replace('100301', '020101')
const property = (inside: string) => `<imovel>${inside}</imovel>`
const reimbursed = (which: string, more = '', tail = '<tpReeRepRes>01</tpReeRepRes><vlrReeRepRes>10.00</vlrReeRepRes>') =>
  group({
    reimbursed: `<documentos>${which}${more}<dtEmiDoc>2025-12-01</dtEmiDoc><dtCompDoc>2025-12-01</dtCompDoc>${tail}</documentos>`,
  })
const national = (kind: string, key: string) =>
  `<dFeNacional><tipoChaveDFe>${kind}</tipoChaveDFe><chaveDFe>${key}</chaveDFe></dFeNacional>`
const fiscal = (place: string) =>
  `<docFiscalOutro><cMunDocFiscal>${place}</cMunDocFiscal><nDocFiscal>1</nDocFiscal><xDocFiscal>Nota</xDocFiscal></docFiscalOutro>`
const plain = '<docOutro><nDoc>1</nDoc><xDoc>Recibo</xDoc></docOutro>'
const seller = (id: string) => `<fornec>${id}<xNome>Fornecedor</xNome></fornec>`

const ibs: Record<string, DpsCaseOfRule> = {
  E0850: { refuses: { ...group(), dCompet: '2025-12-31' }, accepts: group() },
  E0854: { refuses: { ...group(), layout: '1.00' }, accepts: group() },
  E0901: { refuses: group({ head: head.replace('100301', '999999') }), accepts: group() },
  E0903: {
    refuses: group({ head: operation(government) }),
    accepts: group({ head: operation(`<tpOper>1</tpOper>${government}`) }),
  },
  E0904: { refuses: group({ head: operation('<tpOper>1</tpOper>') }), accepts: group() },
  E0905: {
    refuses: group({ head: operation(`<tpOper>2</tpOper>${government}`) }),
    accepts: group({ head: operation(`<tpOper>2</tpOper>${references(standingKey)}${government}`) }),
  },
  E0906: {
    refuses: group({ head: operation(`<tpOper>1</tpOper>${references(standingKey)}${government}`) }),
    accepts: group({ head: operation(`<tpOper>1</tpOper>${government}`) }),
  },
  E0907: {
    refuses: group({ head: operation(`<tpOper>2</tpOper>${references(badDigit)}${government}`) }),
    accepts: group({ head: operation(`<tpOper>2</tpOper>${references(standingKey)}${government}`) }),
  },
  E0910: { refuses: group({ dest: destined(withCnpj).replace('>1<', '>0<') }), accepts: group({ dest: destined(withCnpj) }) },
  E0911: { refuses: group({ dest: destined('<CNPJ>44556677000187</CNPJ>') }), accepts: group({ dest: destined(withCnpj) }) },
  E0912: {
    refuses: group({ dest: destined(withCnpj) }),
    accepts: group({ dest: destined(`<CNPJ>${taker}</CNPJ>`) }),
    hall: closed(provider, taker),
  },
  E0913: { refuses: group({ dest: destined('<CPF>52998224726</CPF>') }), accepts: group({ dest: destined(withCpf) }) },
  E0914: {
    refuses: group({ dest: destined('<CPF>11144477735</CPF>') }),
    accepts: group({ dest: destined(withCpf) }),
    hall: closed(provider, taker, otherCpf),
  },
  E0920: {
    refuses: group({ dest: destined(withCnpj, cityAddress('1234567')) }),
    accepts: group({ dest: destined(withCnpj, tomaAddress) }),
  },
  E0921: {
    refuses: group({ dest: destined(withCnpj, tomaAddress) }),
    accepts: group({ dest: destined(withCnpj, cityAddress('3304557')) }),
    hall: hall => {
      hall.enterTaxpayer({ taxId: otherCnpj, city: '3304557' })
    },
  },
  E0922: {
    refuses: group({ dest: destined(withCpf, tomaAddress) }),
    accepts: group({ dest: destined(withCpf, cityAddress('3304557')) }),
    hall: hall => {
      hall.enterTaxpayer({ taxId: otherCpf, city: '3304557' })
    },
  },
  E0930: {
    refuses: group({ dest: destined(withCnpj, '<email>sem-arroba</email>') }),
    accepts: group({ dest: destined(withCnpj, '<email>a@b.example</email>') }),
  },
  E0928: { refuses: group({ property: property(cep) }), accepts: group({ head: estate, property: property(cep) }) },
  E0931: {
    refuses: { ...works, afterService: obra(cep), ...group({ property: property(cep) }) },
    accepts: { ...works, afterService: obra(cep), ...group() },
  },
  E0932: { refuses: group({ head: estate }), accepts: group({ head: estate, property: property(cep) }) },
  E0934: {
    refuses: done({ afterService: comExt, ...group({ head: estate, property: property(cep) }) }),
    accepts: done({ afterService: comExt, ...group({ head: estate, property: property(endExt) }) }),
  },
  E0935: {
    refuses: group({ head: estate, property: property(endExt) }),
    accepts: group({ head: estate, property: property(cep) }),
  },
  E0940: { refuses: reimbursed(national('2', standingKey)), accepts: reimbursed(national('1', standingKey)) },
  E0942: {
    refuses: { ibsCbs: (reimbursed(fiscal('3550308')).ibsCbs ?? '').replaceAll('2025-12-01', '2025-12-31') },
    accepts: reimbursed(fiscal('3550308')),
  },
  E0943: { refuses: reimbursed(fiscal('1234567')), accepts: reimbursed(fiscal('3550308')) },
  E0945: { refuses: reimbursed(plain, seller('<CNPJ>44556677000187</CNPJ>')), accepts: reimbursed(plain, seller(withCnpj)) },
  E0946: {
    refuses: reimbursed(plain, seller(withCnpj)),
    accepts: reimbursed(plain, seller(`<CNPJ>${taker}</CNPJ>`)),
    hall: closed(provider, taker),
  },
  E0947: { refuses: reimbursed(plain, seller('<CPF>52998224726</CPF>')), accepts: reimbursed(plain, seller(withCpf)) },
  E0948: {
    refuses: reimbursed(plain, seller('<CPF>11144477735</CPF>')),
    accepts: reimbursed(plain, seller(withCpf)),
    hall: closed(provider, taker, otherCpf),
  },
  E0950: { refuses: { ibsCbs: (reimbursed(plain).ibsCbs ?? '').replace('<dtCompDoc>2025-12-01', '<dtCompDoc>2025-12-02') } },
  E0951: { refuses: { ibsCbs: (reimbursed(plain).ibsCbs ?? '').replace('<dtEmiDoc>2025-12-01', '<dtEmiDoc>2025-11-30') } },
  E0952: {
    refuses: reimbursed(
      plain,
      '',
      '<tpReeRepRes>01</tpReeRepRes><xTpReeRepRes>Outro</xTpReeRepRes><vlrReeRepRes>10.00</vlrReeRepRes>',
    ),
    accepts: reimbursed(
      plain,
      '',
      '<tpReeRepRes>99</tpReeRepRes><xTpReeRepRes>Outro</xTpReeRepRes><vlrReeRepRes>10.00</vlrReeRepRes>',
    ),
  },
  E0953: {
    refuses: reimbursed(plain, '', '<tpReeRepRes>01</tpReeRepRes><vlrReeRepRes>1000.01</vlrReeRepRes>'),
    accepts: reimbursed(plain),
  },
  E0959: { refuses: group({ tribs: tribs.replace('<CST>000', '<CST>200') }), accepts: group() },
  E0970: {
    refuses: group({
      tribs: tribs.replace(
        '</cClassTrib>',
        '</cClassTrib><gTribRegular><CSTReg>200</CSTReg><cClassTribReg>000001</cClassTribReg></gTribRegular>',
      ),
    }),
    accepts: group({
      tribs: tribs.replace(
        '</cClassTrib>',
        '</cClassTrib><gTribRegular><CSTReg>000</CSTReg><cClassTribReg>000001</cClassTribReg></gTribRegular>',
      ),
    }),
  },
}

const substituting = (key = standingKey, reason = '<cMotivo>05</cMotivo>'): DpsParts => ({
  subst: `<chSubstda>${key}</chSubstda>${reason}`,
})
const onStanding = (...steps: ((hall: CityHall) => void)[]) => both(hall => stands(hall), ...steps)
const after = (...codes: string[]) => onStanding(...codes.map(code => (hall: CityHall) => happened(hall, code)))
const otherGenerator = `${standingKey.slice(0, 7)}1${standingKey.slice(8)}`

const substitution: Record<string, DpsCaseOfRule> = {
  E0042: { refuses: substituting(badDigit), accepts: substituting(), hall: onStanding() },
  E0044: { refuses: substituting() },
  E0046: { refuses: substituting(), hall: after('101101') },
  E0050: {
    refuses: substituting(),
    accepts: substituting(standingKey, '<cMotivo>01</cMotivo>'),
    hall: both(city({ substituting: { days: 10 } }), hall => stands(hall, {}, instant('2026-11-09T15:00:00Z'))),
  },
  E0056: {
    refuses: substituting(),
    hall: both(city({ substituting: { needsTaker: true } }), hall => stands(hall, { toma: '' })),
  },
  E0058: {
    refuses: { ...substituting(), toma: named(withCnpj) },
    accepts: substituting(),
    hall: onStanding(city({ substituting: { keepsTaker: true } })),
  },
  E0060: {
    refuses: { ...substituting(), dCompet: '2026-11-19' },
    accepts: { ...substituting(), vServ: '900.00' },
    hall: onStanding(),
  },
  E0061: {
    refuses: { ...simples, ...substituting(), vServ: '900.00' },
    accepts: { ...simples, ...substituting() },
    hall: hall => stands(hall, simples),
  },
  E0065: { refuses: substituting(otherGenerator), accepts: substituting(), hall: onStanding() },
  E0068: { refuses: substituting(), hall: after('101103') },
  E0070: { refuses: substituting(), hall: after('203202') },
  E0072: { refuses: substituting(), hall: after('205204') },
  E0076: { refuses: substituting(), hall: onStanding(hall => happened(hall, '305102', '99999999000191', '105102')) },
  E0078: {
    refuses: substituting(standingKey, '<cMotivo>99</cMotivo>'),
    accepts: substituting(standingKey, '<cMotivo>99</cMotivo><xMotivo>Endereco do tomador corrigido</xMotivo>'),
    hall: onStanding(),
  },
}

export const dpsCases: Readonly<Record<string, DpsCaseOfRule>> = {
  ...identity,
  ...providers,
  ...others,
  ...services,
  ...values,
  ...documents,
  ...municipal,
  ...rates,
  ...federal,
  ...ibs,
  ...substitution,
}
