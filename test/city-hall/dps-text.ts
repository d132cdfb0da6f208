/** The parts of a DPS that a case may say otherwise, each as the XML that stands there. */
export interface DpsParts {
  layout?: string
  id?: string
  tpAmb?: string
  dhEmi?: string
  serie?: string
  nDPS?: string
  dCompet?: string
  tpEmit?: string
  /** After tpEmit. */
  reasons?: string
  cLocEmi?: string
  subst?: string
  /** CNPJ or CPF and what follows, before regTrib. */
  prest?: string
  regTrib?: string
  toma?: string
  interm?: string
  locPrest?: string
  cTribNac?: string
  cTribMun?: string
  cNBS?: string
  /** comExt, obra, atvEvento, infoCompl. */
  afterService?: string
  vReceb?: string
  vServ?: string
  discounts?: string
  deduction?: string
  tribMun?: string
  tribFed?: string
  totTrib?: string
  ibsCbs?: string
}

export const florianopolis = '4205407'
export const provider = '11222333000181'
export const taker = '91712343000134'

export const tomaAddress = `<end><endNac><cMun>3550308</cMun><CEP>01310100</CEP></endNac><xLgr>Avenida Modelo</xLgr><nro>1000</nro><xBairro>Centro</xBairro></end>`
export const foreignAddress = `<end><endExt><cPais>US</cPais><cEndPost>10001</cEndPost><xCidade>New York</xCidade><xEstProvReg>NY</xEstProvReg></endExt><xLgr>5th Avenue</xLgr><nro>1</nro><xBairro>Manhattan</xBairro></end>`

/** A company that is not in the Simples, a service taxed in Florianópolis, nothing withheld. */
const usual = {
  layout: '1.01',
  tpAmb: '2',
  dhEmi: '2026-11-20T09:15:00-03:00',
  serie: '1',
  nDPS: '1001',
  dCompet: '2026-11-20',
  tpEmit: '1',
  reasons: '',
  cLocEmi: florianopolis,
  subst: '',
  prest: `<CNPJ>${provider}</CNPJ>`,
  regTrib: '<opSimpNac>1</opSimpNac><regEspTrib>0</regEspTrib>',
  toma: `<CNPJ>${taker}</CNPJ><xNome>Tomador Ficticio Ltda</xNome>${tomaAddress}`,
  interm: '',
  locPrest: `<cLocPrestacao>${florianopolis}</cLocPrestacao>`,
  cTribNac: '010701',
  cTribMun: '',
  cNBS: '115013000',
  afterService: '',
  vReceb: '',
  vServ: '1000.00',
  discounts: '',
  deduction: '',
  tribMun: '<tribISSQN>1</tribISSQN><tpRetISSQN>1</tpRetISSQN>',
  tribFed: '',
  totTrib:
    '<vTotTrib><vTotTribFed>134.50</vTotTribFed><vTotTribEst>0.00</vTotTribEst><vTotTribMun>50.00</vTotTribMun></vTotTrib>',
  ibsCbs: '',
} satisfies Omit<DpsParts, 'id'>

/** As it would be signed: canonical, without a declaration. */
export function dpsText(parts: DpsParts = {}): string {
  const p = { ...usual, ...parts }
  const wrap = (name: string, inside: string) => (inside === '' ? '' : `<${name}>${inside}</${name}>`)
  return [
    `<DPS xmlns="http://www.sped.fazenda.gov.br/nfse" versao="${p.layout}"><infDPS Id="${parts.id ?? idOf(p)}">`,
    `<tpAmb>${p.tpAmb}</tpAmb><dhEmi>${p.dhEmi}</dhEmi><verAplic>teste-1.0</verAplic><serie>${p.serie}</serie><nDPS>${p.nDPS}</nDPS>`,
    `<dCompet>${p.dCompet}</dCompet><tpEmit>${p.tpEmit}</tpEmit>${p.reasons}<cLocEmi>${p.cLocEmi}</cLocEmi>${wrap('subst', p.subst)}`,
    `<prest>${p.prest}<regTrib>${p.regTrib}</regTrib></prest>${wrap('toma', p.toma)}${wrap('interm', p.interm)}`,
    `<serv><locPrest>${p.locPrest}</locPrest><cServ><cTribNac>${p.cTribNac}</cTribNac>${wrap('cTribMun', p.cTribMun)}`,
    `<xDescServ>Suporte mensal conforme contrato</xDescServ>${wrap('cNBS', p.cNBS)}</cServ>${p.afterService}</serv>`,
    `<valores><vServPrest>${wrap('vReceb', p.vReceb)}<vServ>${p.vServ}</vServ></vServPrest>${wrap('vDescCondIncond', p.discounts)}`,
    `${wrap('vDedRed', p.deduction)}<trib><tribMun>${p.tribMun}</tribMun>${wrap('tribFed', p.tribFed)}<totTrib>${p.totTrib}</totTrib>`,
    `</trib></valores>${wrap('IBSCBS', p.ibsCbs)}</infDPS></DPS>`,
  ].join('')
}

function idOf({ cLocEmi, prest, toma, tpEmit, serie, nDPS }: typeof usual): string {
  const [, kind = '', taxId = ''] = /^<(CNPJ|CPF)>([^<]*)/.exec(tpEmit === '2' ? toma : prest) ?? []
  return `DPS${cLocEmi}${kind === 'CPF' ? '1' : '2'}${taxId.padStart(14, '0')}${serie.padStart(5, '0')}${nDPS.padStart(15, '0')}`
}

/** Of ME and EPP that collect the ISS through the Simples. */
export const simples: DpsParts = {
  regTrib: '<opSimpNac>3</opSimpNac><regApTribSN>1</regApTribSN><regEspTrib>0</regEspTrib>',
  totTrib: '<pTotTribSN>6.00</pTotTribSN>',
}

export const mei: DpsParts = {
  regTrib: '<opSimpNac>2</opSimpNac><regEspTrib>0</regEspTrib>',
  totTrib: '<indTotTrib>0</indTotTrib>',
}

export const comExt =
  '<comExt><mdPrestacao>4</mdPrestacao><vincPrest>0</vincPrest><tpMoeda>220</tpMoeda><vServMoeda>200.00</vServMoeda><mecAFComexP>01</mecAFComexP><mecAFComexT>01</mecAFComexT><movTempBens>1</movTempBens><mdic>0</mdic></comExt>'

/** Exported from Florianópolis to a taker in the United States. */
export const exported: DpsParts = {
  toma: `<NIF>123456789</NIF><xNome>Foreign Inc</xNome>${foreignAddress}`,
  afterService: comExt,
  tribMun: '<tribISSQN>3</tribISSQN><cPaisResult>US</cPaisResult><tpRetISSQN>1</tpRetISSQN>',
}

export const ibsCbs = {
  head: '<finNFSe>0</finNFSe><indFinal>0</indFinal><cIndOp>100301</cIndOp>',
  dest: '<indDest>0</indDest>',
  tribs: '<gIBSCBS><CST>000</CST><cClassTrib>000001</cClassTrib></gIBSCBS>',
}

export function ibsCbsText(parts: Partial<typeof ibsCbs> & { reimbursed?: string; property?: string } = {}): string {
  const { head, dest, tribs, reimbursed = '', property = '' } = { ...ibsCbs, ...parts }
  const documents = reimbursed === '' ? '' : `<gReeRepRes>${reimbursed}</gReeRepRes>`
  return `${head}${dest}${property}<valores>${documents}<trib>${tribs}</trib></valores>`
}
