import Classifier
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

@Suite("Headlines")
struct HeadlineTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)

  @Test("a failing theorem is told with its count, and with what limits it")
  func fails() {
    let headline = Headline(Self.isa, Self.classification)
    #expect(
      headline.sentence
        == "Five sensitive instructions of Sample System/1 are not privileged: Theorem 1 fails.")
    #expect(headline.caveats.count == 2)
    #expect(headline.caveats[0].contains("\u{201C}map\u{201D} is not met"))
    #expect(headline.caveats[1].hasPrefix("One question could not be decided"))
  }

  @Test("a theorem that holds is told with what it covers")
  func holds() {
    let (isa, classification) = SampleVerdicts.virtualizable(Self.isa)
    #expect(
      Headline(isa, classification).sentence
        == "Every sensitive instruction of Sample System/1, nine in all, is privileged: "
        + "Theorem 1 holds.")
  }

  @Test("what is undecided is never told as holding")
  func undecided() {
    var classification = Self.classification
    let open = TheoremVerdict(holds: false, violators: [], isUnknown: true)
    classification.theorems[1] = [.strict: open, .extended: open]
    #expect(
      Headline(Self.isa, classification).sentence
        == "Whether Theorem 1 holds for Sample System/1 is undecided.")
    classification.theorems = [:]
    #expect(Headline(Self.isa, classification).sentence.hasSuffix("is undecided."))
  }
}
