-- Two counts of the boards that would read whole tables for the few rows that matter.

-- Errors and warnings by hour, answered from the index alone; most lines of a log are neither.
create index system_logs_troubles on public.system_logs (org_id, created_at, log_level) where log_level in ('ERROR', 'WARN');
-- Assignments that wait for somebody; of the settled ones there are more every year.
create index invoice_line_assignments_waiting on public.invoice_line_assignments (org_id, case_id) where status in ('PROPOSED', 'ASSIGNED');
