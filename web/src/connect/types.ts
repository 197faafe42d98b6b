import type { components, paths } from '../api/schema'

type Schemas = components['schemas']

export type Procedure = Schemas['ProcedureView']
export type Step = Schemas['ProcedureStep']
export type StepInput = Partial<Schemas['StepBody']>
export type Way = Procedure['way']
/** The name of a step, as the server knows them. */
export type StepName = NonNullable<paths['/api/v1/procedures/{id}/steps/{step}']['post']>['parameters']['path']['step']
/** What connecting needs of this server. */
export type Ready = Schemas['PlatformView']
