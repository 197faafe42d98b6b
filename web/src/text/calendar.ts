import { Calendar } from './format'

/** Dates and times in the reader's own language and zone. */
export const calendar = new Calendar()
