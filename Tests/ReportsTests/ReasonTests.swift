import Testing

@testable import Reports

@Suite("Reasons")
struct ReasonTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)

  @Test(
    "each kind of verdict is told in one line that says why",
    arguments: [
      (
        "LPSW",
        "privileged: in problem mode it always traps privileged_operation; "
          + "control sensitive: changes psw.problem"
      ),
      ("AR", "innocuous: touches only plain state and translated storage (footprint)"),
      ("SVC", "innocuous: always traps supervisor_call, so it never retires"),
      (
        "SAVE",
        "innocuous: its result shows neither mode, place nor resources (symbolic); gated by wim"
      ),
      (
        "STMODE",
        "sensitive, not privileged: mode sensitive: gr[1] comes out otherwise in another mode; "
          + "violates Theorems 1 and 2"
      ),
      (
        "LRA",
        "sensitive, not privileged: location sensitive: gr[1] shows where in real storage it runs; "
          + "violates Theorems 1, 2 and 3"
      ),
      (
        "RDTSC",
        "conditionally privileged: in problem mode it traps privileged_operation only under "
          + "cr4.tsd == 1; timing sensitive: gr[1] depends on clock"
      ),
      (
        "STCK",
        "sensitive, not privileged: timing sensitive: gr[1] depends on clock; "
          + "violates Theorem 2 in the extended reading"
      ),
      (
        "CHOICE",
        "sensitive, not privileged: resource sensitive: gr[0] depends on psw.system_mask; "
          + "violates Theorems 1, 2 and 3 in the extended reading"
      ),
      ("OPEN", "undecided: not decided whether mode sensitive"),
    ])
  func text(id: String, expected: String) throws {
    let entry = try #require(
      Self.classification.instructions.first { Self.isa.instructions[$0.instruction].id == id })
    let reason = Reason(
      for: entry.verdict, of: Self.isa.instructions[entry.instruction], in: Self.isa,
      Self.classification.modePair)
    #expect(reason.text == expected)
  }
}
