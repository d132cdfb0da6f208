import type { Faults } from '../../core/faults.ts'
import { decimal } from '../../core/money.ts'
import { amount, flag, needed, oneOf, or, percent, someOf, text, whole } from '../references/field.ts'
import type { ValuesOf } from '../references/field-set.ts'
import { referenceKind } from '../references/reference.ts'

const fields = {
  name: needed(200),
  codigoServicoMunicipal: text(30, 'Código do serviço no município.'),
  itemListaServico: text(10, 'Item da lista da LC 116/2003, como 01.05 ou 0105.'),
  codigoTributacaoNacional: text(6, 'Código de tributação nacional (cTribNac), seis dígitos, como 010501.'),
  codigoNbs: text(9, 'Código NBS, nove dígitos.'),
  cnae: text(10),
  servicoPrestadoMunicipioCliente: flag(false, 'O serviço é prestado no município do cliente.'),
  issRetidoFonte: flag(false, 'O ISS é retido pelo tomador.'),
  aliquotaIss: percent('Em por cento, como "5".'),
  aliquotaIrrf: percent(),
  aliquotaPis: percent(),
  aliquotaCofins: percent(),
  aliquotaCsll: percent(),
  aliquotaInss: percent(),
  aliquotaIssRetido: percent('A do ISS que é retido; sem ela, a do ISS. De quem é do Simples, a efetiva do mês anterior.'),
  retencoesDestacadas: someOf(['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss'], 'Retenções que a nota destaca.'),
  percentualCargaTributaria: or(percent('Carga tributária aproximada (Lei 12.741/2012).'), decimal('0')),
  fonteCargaTributaria: text(60, 'De onde vem o percentual, como IBPT.'),
  limiteRetencaoIrrf: amount('Em reais, a menor base de que se retém; sem ele, vale a dispensa da lei.'),
  limiteRetencaoPcc: amount('O mesmo, de PIS, COFINS e CSLL somados.'),
  limiteRetencaoInss: amount(),
  limiteRetencaoIss: amount(),
  tributacaoIss: or(whole(1, 4, '1 tributável (padrão), 2 imune, 3 exportação, 4 não incidência.'), 1),
  tipoImunidade: whole(1, 5, 'Só com tributacaoIss 2.'),
  regimeEspecial: or(whole(0, 9, 'Regime especial de tributação do ISS: 0 nenhum (padrão), 1 a 6, 9 outros.'), 0),
  tipoSuspensao: whole(1, 2, 'Exigibilidade suspensa: 1 por decisão judicial, 2 por processo administrativo.'),
  processoSuspensao: text(30, 'O processo da suspensão, trinta dígitos.'),
  tipoBeneficio: oneOf(['nenhum', 'isencao', 'reducao_base', 'aliquota_diferenciada'], 'nenhum', 'Benefício municipal.'),
  numeroBeneficio: text(14, 'O número do benefício no município, quatorze dígitos.'),
  percentualBeneficio: percent('De quanto reduz a base; ou isto, ou valorBeneficio.'),
  valorBeneficio: amount('Em quantos reais reduz a base.'),
  simplesAnexoIv: flag(false, 'O serviço é do Anexo IV do Simples Nacional: dele se retém INSS.'),
  indicadorOperacao: text(6, 'Indicador da operação para IBS e CBS (cIndOp), seis dígitos.'),
  cstIbsCbs: text(3, 'Situação tributária do IBS e da CBS, três dígitos.'),
  classificacaoIbsCbs: text(6, 'Classificação tributária (cClassTrib), seis dígitos.'),
  informacoesComplementares: text(2000, 'Texto da nota, com marcadores como $DESCRICAO.'),
  externalServiceId: text(60, 'Código do serviço em quem emite a nota.'),
  externalServiceDescription: text(500),
} as const

export type NfseTemplateValues = ValuesOf<typeof fields>

/** How a service is classified and taxed on its note (*modelo de nota fiscal*). Rates are per cent, limits are reais. */
export const nfseTemplates = referenceKind({
  noun: 'nfse_template',
  path: 'nfse-templates',
  called: { article: 'o', one: 'modelo de NFS-e', many: 'modelos de NFS-e' },
  fields,
  judge(values, faults) {
    for (const [field, digits] of codes) judgeCode(values[field], field, digits, faults)
    judgeIss(values, faults)
  },
})

/** Of so many digits each. */
const codes = [
  ['codigoTributacaoNacional', 6],
  ['codigoNbs', 9],
  ['indicadorOperacao', 6],
  ['cstIbsCbs', 3],
  ['classificacaoIbsCbs', 6],
  ['processoSuspensao', 30],
  ['numeroBeneficio', 14],
] as const satisfies readonly (readonly [keyof NfseTemplateValues, number])[]

function judgeCode(value: string | null, field: string, digits: number, faults: Faults): void {
  if (value === null || (value.length === digits && /^\d+$/.test(value))) return
  faults.add(`/${field}`, 'invalid_code', `São ${digits} dígitos, sem pontos.`)
}

/** What does not go together whatever the rates; those are judged where they are withheld (`nfse/withholding`). */
function judgeIss(values: NfseTemplateValues, faults: Faults): void {
  if (values.regimeEspecial === 7 || values.regimeEspecial === 8) {
    faults.add('/regimeEspecial', 'unknown_regime', 'O regime especial é 0, de 1 a 6, ou 9.')
  }
  if ((values.tipoSuspensao === null) !== (values.processoSuspensao === null)) {
    const missing = values.tipoSuspensao === null ? 'tipoSuspensao' : 'processoSuspensao'
    faults.add(`/${missing}`, 'required', 'A suspensão da exigibilidade tem o tipo e o processo.')
  }
  if ((values.tipoBeneficio === 'nenhum') !== (values.numeroBeneficio === null)) {
    const missing = values.numeroBeneficio === null ? 'numeroBeneficio' : 'tipoBeneficio'
    faults.add(`/${missing}`, 'required', 'O benefício municipal tem o tipo e o número.')
  }
}
