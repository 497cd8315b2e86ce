import { rowConnection } from '../row-connection.ts';
import { Case } from './case.ts';
import { CaseHelper } from './case-helper.ts';

export const CaseConnection = rowConnection(Case, 'Case', 'Cases that fit the filter');
export const CaseHelperConnection = rowConnection(CaseHelper, 'CaseHelper', 'Versions of the case');
