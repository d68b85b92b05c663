import ISACore

/// **Theorem 2** (a machine is recursively virtualizable): Theorem 1, and no timing dependence:
/// every timing-sensitive instruction is privileged.
///
/// The strict reading knows no timing, so there the two theorems have the same violators.
enum Theorem2 {
  static func isViolated(by form: FormFindings, in reading: Reading) -> Truth3 {
    form.isSensitive(in: reading).and(form.isPrivileged.negated)
  }
}
