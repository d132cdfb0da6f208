// A state machine is a table. The check constraint of the column and the diagram in the module's README come from the same table.

/** From state × verb → to state. A pair that is not in the table is not allowed. */
export type StateTable<S extends string, V extends string> = Readonly<Record<S, Readonly<Partial<Record<V, S>>>>>

export function nextState<S extends string, V extends string>(table: StateTable<S, V>, from: S, verb: V): S | null {
  const row = table[from]
  // Own keys only: a verb that comes from outside could be called 'constructor'.
  return (Object.hasOwn(row, verb) ? row[verb] : undefined) ?? null
}

export function statesOf<S extends string, V extends string>(table: StateTable<S, V>): S[] {
  return Object.keys(table) as S[] // the table's keys are exactly its states
}

export function verbsFrom<S extends string, V extends string>(table: StateTable<S, V>, from: S): V[] {
  return Object.keys(table[from]) as V[] // a row's keys are exactly its verbs
}
