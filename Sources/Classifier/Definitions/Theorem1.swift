import ISACore

/// **Theorem 1** (a virtual machine monitor can be constructed): every sensitive instruction is
/// privileged.
///
/// Timing alone does not count. An instruction that is privileged only under the machine's
/// assumptions counts as privileged, for the monitor sets them up; the report says so.
enum Theorem1 {
  static func isViolated(by form: FormFindings, in reading: Reading) -> Truth3 {
    form.isSensitive(in: reading) { $0 != .timing }.and(form.isPrivileged.negated)
  }
}
