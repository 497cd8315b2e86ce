import { plateImmutable, Refusal, RequestError } from '../errors.ts';

/** SQLSTATE of an error of Postgres, however it reached us: through pg, or through Prisma's adapter. */
export function sqlStateOf(error: unknown): string | null {
  const { code, meta, cause } = (error ?? {}) as {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: string } } };
    cause?: unknown;
  };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('P2')) return code;
  const original =
    meta?.driverAdapterError?.cause?.originalCode ?? (cause as { originalCode?: string } | undefined)?.originalCode;
  return original ?? null;
}

/** Deadlock, serialisation failure, or a plan from before a migration: the same work can succeed when it is run again. */
export function isRetryable(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlStateOf(error) ?? '') || isStalePlan(error);
}

/** The connection keeps a plan whose result has another shape since a migration. */
export function isStalePlan(error: unknown): boolean {
  return sqlStateOf(error) === '0A000' && /cached plan/.test((error as Error).message);
}

/** The database is down, restarting, out of resources, or the connection broke. */
export function isOutage(error: unknown): boolean {
  const state = sqlStateOf(error) ?? '';
  if (/^(08|53|57P|58)/.test(state) || state === '57014' || state === '55P03' || state === '25P03') return true;
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'P1001', 'P1017'].includes(code ?? '') ||
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      message ?? '',
    )
  );
}

interface ConstraintRefusal {
  readonly code: 'DUPLICATE' | 'VALIDATION_FAILED' | 'FORBIDDEN';
  readonly message: string;
  readonly field: readonly string[];
}

/** What a violated constraint means to the caller. A constraint that is not listed is a bug of ours. */
const CONSTRAINTS: Record<string, ConstraintRefusal> = {
  cases_active_plate: {
    code: 'DUPLICATE',
    message: 'The organisation has an active case of this plate already. Close it first, or ask its owner to share it.',
    field: ['input', 'plate'],
  },
  cases_org_id_filing_id_key: {
    code: 'DUPLICATE',
    message: 'Another case of the organisation has this filing id.',
    field: ['input', 'filingId'],
  },
  cases_org_id_assigned_to_fkey: {
    code: 'VALIDATION_FAILED',
    message: 'A case can be assigned to a member of its organisation only.',
    field: ['input', 'assignedTo'],
  },
  cases_filing_id_check: {
    code: 'VALIDATION_FAILED',
    message: 'A filing id has 1 to 100 characters.',
    field: ['input', 'filingId'],
  },
  cases_owner_name_check: {
    code: 'VALIDATION_FAILED',
    message: 'An owner name has at most 500 characters.',
    field: ['input', 'ownerName'],
  },
  cases_inspection_location_check: {
    code: 'VALIDATION_FAILED',
    message: 'An inspection location has at most 500 characters.',
    field: ['input', 'inspectionLocation'],
  },
  case_collaborators_org_id_user_id_fkey: {
    code: 'VALIDATION_FAILED',
    message: 'A case can be shared with a member of its organisation only.',
    field: ['input', 'userId'],
  },
  user_orgs_last_admin: {
    code: 'VALIDATION_FAILED',
    message: 'An organisation keeps an admin. Make somebody else admin first.',
    field: ['input'],
  },
  user_orgs_admins_by_admins: {
    code: 'FORBIDDEN',
    message: 'Only an admin makes or unmakes an admin. Ask one of them.',
    field: ['input', 'role'],
  },
  case_helper_label_check: {
    code: 'VALIDATION_FAILED',
    message: 'A label has at most 200 characters.',
    field: ['input', 'label'],
  },
  case_helper_note_check: {
    code: 'VALIDATION_FAILED',
    message: 'A note has at most 2000 characters.',
    field: ['input', 'note'],
  },
  // Where the other case is not the caller's to see; else the item is named.
  parts_required_org_id_row_uuid_key: {
    code: 'DUPLICATE',
    message: 'One of these ids belongs to a part of another case. Give the part an id of its own.',
    field: ['input', 'parts'],
  },
  levi_reports_org_id_report_id_key: {
    code: 'DUPLICATE',
    message: 'One of these reports is kept with another case already. Check the report and the case.',
    field: ['input', 'reports'],
  },
  invoices_supplier_number: {
    code: 'DUPLICATE',
    message:
      'The organisation has one of these invoices of this supplier and number already. An invoice is never moved: check the case and the number.',
    field: ['input', 'invoices'],
  },
  invoice_line_assignments_settled: {
    code: 'VALIDATION_FAILED',
    message: 'Another damage centre has been assigned to one of these lines just now. Read them again.',
    field: ['input', 'assignments'],
  },
};

/** Turns what Postgres refused into what the caller is told; anything else comes back as it is. */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof Refusal || error instanceof RequestError) return error;
  const state = sqlStateOf(error);
  const listed = CONSTRAINTS[(error as { constraint?: string } | null)?.constraint ?? ''];
  if (listed) return new Refusal(listed.code, listed.message, listed.field);
  if (state === '42501') return new Refusal('FORBIDDEN', 'Your role does not allow this on this case.');
  if (state === 'CG001') return plateImmutable();
  // The database names the move it refuses, in words, and never a value of a row.
  if (state === 'CG003') return new Refusal('VALIDATION_FAILED', `Refused: ${(error as Error).message}.`, ['input']);
  if (state === 'CG004')
    return new Refusal('PLATE_MISMATCH', `Refused: ${(error as Error).message}. Correct the plate first.`, ['input']);
  if (state === '22021' || state === '22P05')
    return new Refusal('VALIDATION_FAILED', 'Text with the character U+0000 can not be stored.', ['input']);
  if (isOutage(error))
    return new RequestError('UNAVAILABLE', 'The database could not serve this in time; try again shortly.', null, {
      cause: error,
    });
  return error;
}
