import type { AbrasfVersion } from '../../src/sandbox/city-hall/abrasf/version.ts'
import { florianopolis, provider, taker } from './dps-text.ts'

export interface RpsParts {
  number?: string
  rate?: string
  iss?: string
  item?: string
}

/** One RPS of 1,000.00, as the version writes it. */
export function rpsText(version: AbrasfVersion, { number = '1', rate, iss = '50.00', item = '01.07' }: RpsParts = {}): string {
  const id = `<IdentificacaoRps><Numero>${number}</Numero><Serie>A</Serie><Tipo>1</Tipo></IdentificacaoRps>`
  const service = (values: string, retained: string, more: string) =>
    `<Servico><Valores><ValorServicos>1000.00</ValorServicos>${values}</Valores>${retained}<ItemListaServico>${item}</ItemListaServico><Discriminacao>Suporte &amp; manutenção</Discriminacao><CodigoMunicipio>${florianopolis}</CodigoMunicipio>${more}</Servico>`
  const customer = `<IdentificacaoTomador><CpfCnpj><Cnpj>${taker}</Cnpj></CpfCnpj></IdentificacaoTomador><RazaoSocial>Tomador Ltda</RazaoSocial>`
  if (version.name === '1.00') {
    const values = `<IssRetido>2</IssRetido><ValorIss>${iss}</ValorIss><Aliquota>${rate ?? '0.0500'}</Aliquota>`
    return `<Rps><InfRps id="rps${number}">${id}<DataEmissao>2026-11-20T09:15:00</DataEmissao><NaturezaOperacao>1</NaturezaOperacao><OptanteSimplesNacional>2</OptanteSimplesNacional><IncentivadorCultural>2</IncentivadorCultural><Status>1</Status>${service(values, '', '')}<Prestador><Cnpj>${provider}</Cnpj><InscricaoMunicipal>123</InscricaoMunicipal></Prestador><Tomador>${customer}</Tomador></InfRps></Rps>`
  }
  const values = `<ValorIss>${iss}</ValorIss><Aliquota>${rate ?? '5.00'}</Aliquota>`
  const party = version.name === '2.04' ? 'TomadorServico' : 'Tomador'
  return `<Rps><InfDeclaracaoPrestacaoServico Id="decl${number}"><Rps Id="rps${number}">${id}<DataEmissao>2026-11-20</DataEmissao><Status>1</Status></Rps><Competencia>2026-11-20</Competencia>${service(values, '<IssRetido>2</IssRetido>', '<ExigibilidadeISS>1</ExigibilidadeISS>')}<Prestador><CpfCnpj><Cnpj>${provider}</Cnpj></CpfCnpj><InscricaoMunicipal>123</InscricaoMunicipal></Prestador><${party}>${customer}</${party}><OptanteSimplesNacional>2</OptanteSimplesNacional><IncentivoFiscal>2</IncentivoFiscal></InfDeclaracaoPrestacaoServico></Rps>`
}

export function loteText(
  version: AbrasfVersion,
  rps: readonly string[],
  root = 'EnviarLoteRpsEnvio',
  quantity = rps.length,
): string {
  const company = `<Cnpj>${provider}</Cnpj>`
  const wrapped = `<CpfCnpj>${company}</CpfCnpj>`
  const who =
    version.name === '1.00'
      ? `${company}<InscricaoMunicipal>123</InscricaoMunicipal>`
      : version.name === '2.04'
        ? `<Prestador>${wrapped}</Prestador>`
        : wrapped
  const attributes = version.name === '1.00' ? 'id="lote7"' : `Id="lote7" versao="${version.name}"`
  return `<${root} xmlns="${version.namespace}"><LoteRps ${attributes}><NumeroLote>7</NumeroLote>${who}<QuantidadeRps>${quantity}</QuantidadeRps><ListaRps>${rps.join('')}</ListaRps></LoteRps></${root}>`
}

/** Who asks, as a question names it. */
export function askerText(version: AbrasfVersion): string {
  const company = `<Cnpj>${provider}</Cnpj>`
  return `<Prestador>${version.name === '1.00' ? company : `<CpfCnpj>${company}</CpfCnpj>`}</Prestador>`
}
