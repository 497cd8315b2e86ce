drop index public.system_logs_troubles;
drop index public.invoice_line_assignments_waiting;
