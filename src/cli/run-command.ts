/** Ends a command: its answer alone on stdout, its troubles on stderr. */
export function runCommand(command: () => Promise<string>): void {
  command().then(
    (answer) => process.stdout.write(`${answer}\n`),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
