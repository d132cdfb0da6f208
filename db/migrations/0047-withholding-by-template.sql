-- What is special of the ISS of a service, and the codes of the national layout. Of who has none of it nothing changes.
alter table nfse_template
  add column tributacao_iss smallint not null default 1 check (tributacao_iss between 1 and 4),
  add column tipo_imunidade smallint,
  add column regime_especial smallint not null default 0,
  add column tipo_suspensao smallint,
  add column processo_suspensao text,
  add column tipo_beneficio text not null default 'nenhum'
    check (tipo_beneficio in ('nenhum', 'isencao', 'reducao_base', 'aliquota_diferenciada')),
  add column numero_beneficio text,
  add column percentual_beneficio numeric(9, 6),
  add column valor_beneficio numeric(20, 6),
  add column simples_anexo_iv boolean not null default false,
  add column codigo_tributacao_nacional text,
  add column codigo_nbs text,
  add column indicador_operacao text,
  add column cst_ibs_cbs text,
  add column classificacao_ibs_cbs text,
  add column informacoes_complementares text;

-- The template of notes that a version's withholdings were taken from, as it stood then: they are kept in `withholdings`, each with the
-- smallest base of which it is withheld and its months of competence, so that planning needs neither the template nor the law.
alter table rule_terms
  add column nfse_template_id bigint,
  add column nfse_template_version integer,
  add foreign key (account_id, nfse_template_id) references nfse_template (account_id, id),
  add check ((nfse_template_id is null) = (nfse_template_version is null));

-- From which base on a tax is withheld; below it the row says what would be, and amounts to nothing.
alter table invoice_withholding
  add column least_base_cents bigint not null default 0 check (least_base_cents >= 0);
