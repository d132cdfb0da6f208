// What the page says of codes. home-words.test.ts holds it to the codes that there are; one of a newer server is shown as it is.

export const runStates = {
  previewing: 'preparando a prévia',
  previewed: 'prévia pronta, nada faturado ainda',
  preparing: 'decidindo o que faturar',
  running: 'faturando',
  paused: 'pausada',
  done: 'concluída',
  error: 'parou com itens a resolver',
  expired: 'prévia vencida',
  cancelled: 'cancelada',
}

export const outcomes = {
  billed: 'faturado, em rascunho',
  emitted: 'faturado e emitido',
  awaiting_approval: 'faturado, aguarda aprovação',
  customer_overdue: 'faturado, cliente em atraso',
  not_yet_due: 'ainda não vence',
  already_billed: 'já faturado',
  needs_catch_up: 'período anterior em aberto',
  contract_suspended: 'contrato suspenso',
  index_missing: 'falta um mês do índice do reajuste',
  readjustment_unapproved: 'reajuste espera a aprovação',
  readjustment_pending: 'reajuste ainda não aplicado',
  outside_validity: 'fora da vigência',
  changed_since_preview: 'mudou depois da prévia',
  above_safety_bound: 'acima do limite de segurança',
  invalid_tax_id: 'CPF ou CNPJ inválido',
  run_cancelled: 'execução cancelada',
  failed: 'erro ao gravar',
}

/** What leaves a period due and not billed, besides the outcome of an item. */
export const dueReasons = { on_request: 'só a pedido', unbilled: 'nenhuma execução passou por ele ainda' }

export const modes = {
  full: 'tudo, de novo',
  incremental: 'o que mudou desde a última verificação limpa',
  since: 'o que mudou desde um ponto anotado',
}

/** What a person would do next about the run as a whole. */
export const remedies = {
  previewed: run => `Para faturar exatamente isto: npx bordero bill ${run.id}`,
  paused: run =>
    run.pauseReason === 'above_run_bounds'
      ? `Passa do limite da organização. Confira e libere: npx bordero run resume ${run.id}`
      : `Para continuar: npx bordero run resume ${run.id}`,
  error: run => `Corrija o que falhou e tente de novo: npx bordero run retry ${run.id}`,
  expired: () => 'Faça outra prévia: npx bordero preview',
}
