import Classifier
import ISACore

/// Verdicts on the sample machine that use every kind of answer.
enum SampleVerdicts {
  static let privileged: Set<String> = [
    "LPSW", "SSM", "SSK", "ISK", "DIAG", "SIO", "TIO", "HIO", "TCH",
  ]

  static func classification(of isa: InstructionSet) -> Classification {
    let instructions = isa.instructions.indices.map { index in
      entry(index, isa.instructions[index].id)
    }
    func violators(_ theorem: Int, _ reading: Reading) -> [String] {
      instructions.filter { $0.verdict.violates[theorem]?[reading] ?? false }
        .map { isa.instructions[$0.instruction].id }
    }
    var theorems: [Int: [Reading: TheoremVerdict]] = [:]
    for theorem in 1...3 {
      for reading in Reading.allCases {
        let ids = violators(theorem, reading)
        theorems[theorem, default: [:]][reading] = TheoremVerdict(
          holds: ids.isEmpty, violators: ids, isUnknown: false)
      }
    }
    return Classification(
      modePair: isa.modePairs[0], assumptions: ["cr4.tsd == 1"], instructions: instructions,
      theorems: theorems,
      preconditions: [
        Precondition(
          name: "two modes", holds: true,
          why: "psw.problem tells them apart, and a trap enters supervisor mode"),
        Precondition(
          name: "map", holds: false,
          why: "no register or table bounds or relocates a program\u{2019}s addresses"),
        Precondition(
          name: "precise traps", holds: true,
          why: "every trap discards the writes of its instruction; LM and MVC restart"),
      ], unknown: 1, milliseconds: 12.5)
  }

  /// The same machine without the instructions that violate a theorem or are undecided.
  static func virtualizable(_ isa: InstructionSet) -> (InstructionSet, Classification) {
    let bad: Set = [
      "STMODE", "POPF", "LRA", "STCK", "RDTSC", "MOVS", "CHOICE", "OPEN", "NOCITE",
    ]
    var isa = isa
    isa.instructions.removeAll { bad.contains($0.id) }
    var classification = classification(of: isa)
    classification.unknown = 0
    classification.assumptions = []
    return (isa, classification)
  }

  // MARK: Entries

  private static func entry(_ index: Int, _ id: String) -> InstructionClassification {
    let verdict = verdict(id)
    guard id == "MOVS" else {
      return InstructionClassification(
        instruction: index, verdict: verdict, cases: [], when: nil)
    }
    return InstructionClassification(
      instruction: index, verdict: verdict,
      cases: [
        (form: 0, when: "sreg == cs", verdict: innocuous()),
        (form: 1, when: "sreg \u{2260} cs", verdict: verdict),
      ], when: "sreg \u{2260} cs")
  }

  private static func verdict(_ id: String) -> Verdict {
    switch id {
    case _ where privileged.contains(id):
      sensitive(
        [.control: .refuted(controlWitness, by: .search)], privilege: .always, strict: true,
        user: false)
    case "RDTSC":
      sensitive(
        [.timing: .refuted(timingWitness, by: .search)], privilege: .conditional,
        assumption: "cr4.tsd == 1", strict: false, user: false)
    case "STCK":
      sensitive(
        [.timing: .refuted(timingWitness, by: .search)], strict: false, user: false)
    case "STMODE":
      sensitive([.mode: .refuted(modeWitness, by: .search)], strict: true, user: false)
    case "POPF":
      sensitive(
        [
          .mode: .refuted(modeWitness, by: .sat), .resource: .refuted(resourceWitness, by: .search),
        ], strict: true, user: true)
    case "LRA":
      sensitive([.location: .refuted(locationWitness, by: .sat)], strict: true, user: true)
    case "MOVS":
      sensitive([.control: .refuted(controlWitness, by: .symbolic)], strict: true, user: true)
    case "CHOICE":
      sensitive(
        [
          .resource: .depends([
            ("fast_path = 0", .proved(by: .footprint)),
            ("fast_path = 1", .refuted(resourceWitness, by: .sat)),
          ])
        ], strict: false, user: true)
    case "OPEN": open()
    case "SVC": alwaysTraps()
    case "SAVE": gated()
    case "NOCITE": innocuous(by: .symbolic)
    default: innocuous()
    }
  }

  private static func answers(_ changed: [Sensitivity: Answer], by prover: Prover)
    -> [Sensitivity: Answer]
  {
    var answers: [Sensitivity: Answer] = [:]
    for sensitivity in Sensitivity.allCases {
      answers[sensitivity] = changed[sensitivity] ?? .proved(by: prover)
    }
    return answers
  }

  private static func evidence(
    privileged: Answer, _ answers: [Sensitivity: Answer]
  ) -> [Evidence] {
    [Evidence(claim: "privileged", answer: privileged)]
      + Sensitivity.allCases.map {
        Evidence(claim: "not \($0.rawValue) sensitive", answer: answers[$0]!)
      }
  }

  private static func innocuous(by prover: Prover = .footprint) -> Verdict {
    let answers = answers([:], by: prover)
    return Verdict(
      privilege: .never, assumption: nil, sensitive: answers, strictControl: .proved(by: prover),
      isSensitive: [.strict: false, .extended: false],
      userSensitive: [.strict: false, .extended: false], alwaysTraps: false, gatedBy: [],
      violates: [:], instructionClass: .innocuous, hole: nil,
      evidence: evidence(privileged: .refuted(retiresWitness, by: .search), answers))
  }

  private static func alwaysTraps() -> Verdict {
    var verdict = innocuous()
    verdict.alwaysTraps = true
    verdict.hole = false
    return verdict
  }

  private static func gated() -> Verdict {
    var verdict = innocuous(by: .symbolic)
    verdict.gatedBy = ["wim"]
    return verdict
  }

  private static func open() -> Verdict {
    var verdict = innocuous()
    verdict.sensitive[.mode] = .unknown(why: "conflict limit of 20000 reached")
    verdict.evidence = evidence(
      privileged: .refuted(retiresWitness, by: .search), verdict.sensitive)
    return verdict
  }

  private static func sensitive(
    _ changed: [Sensitivity: Answer], privilege: Privilege = .never, assumption: String? = nil,
    strict: Bool, user: Bool
  ) -> Verdict {
    let answers = answers(changed, by: .symbolic)
    let timingAlone = changed.keys.allSatisfy { $0 == .timing }
    let isFree = privilege == .never
    func both(_ strict: Bool, _ extended: Bool) -> [Reading: Bool] {
      [.strict: strict, .extended: extended]
    }
    return Verdict(
      privilege: privilege, assumption: assumption, sensitive: answers,
      strictControl: changed[.control] ?? .proved(by: .footprint),
      isSensitive: both(strict, true), userSensitive: both(user && strict, user),
      alwaysTraps: false, gatedBy: [],
      violates: [
        1: both(isFree && strict && !timingAlone, isFree && !timingAlone),
        2: both(isFree && strict, isFree),
        3: both(isFree && user && strict, isFree && user),
      ],
      instructionClass: isFree ? .sensitive : .privileged, hole: isFree && !timingAlone,
      evidence: evidence(
        privileged: isFree ? .refuted(retiresWitness, by: .search) : .proved(by: .footprint),
        answers))
  }

  // MARK: Witnesses

  private static func value(_ place: String, _ value: String, _ role: Role) -> Witness.Value {
    Witness.Value(place: place, value: value, role: role)
  }

  private static let fields = [value("b1", "0x0", .plain), value("d1", "0x200", .plain)]

  static let controlWitness = Witness(
    form: 0, encoding: "82 00 02 00", fields: fields,
    runs: [
      Witness.Run(
        caption: "in supervisor mode",
        before: [
          value("psw.problem", "0x0", .mode), value("psw.system_mask", "0xFF", .resource),
          value("psw.ia", "0x001000", .pc), value("storage[0x200]", "0x01 00 00", .plain),
        ],
        after: [
          value("psw.problem", "0x1", .mode), value("psw.ia", "0x000000", .pc),
        ], outcome: "retires")
    ], shows: "it retires and changes psw.problem.")

  static let modeWitness = Witness(
    form: 0, encoding: "B0 10", fields: [value("r1", "0x1", .plain)],
    runs: [
      Witness.Run(
        caption: "in user mode",
        before: [value("psw.problem", "0x1", .mode), value("gr[1]", "0x00000000", .plain)],
        after: [value("gr[1]", "0x00000001", .plain)], outcome: "retires"),
      Witness.Run(
        caption: "in supervisor mode",
        before: [value("psw.problem", "0x0", .mode), value("gr[1]", "0x00000000", .plain)],
        after: [], outcome: "retires"),
    ], shows: "equal states but for the mode give different results in gr[1].")

  static let resourceWitness = Witness(
    form: 0, encoding: "B1 00", fields: [],
    runs: [
      Witness.Run(
        caption: "as it stands",
        before: [value("psw.system_mask", "0x00", .resource)],
        after: [value("gr[0]", "0x00000000", .plain)], outcome: "retires"),
      Witness.Run(
        caption: "with psw.system_mask changed",
        before: [value("psw.system_mask", "0x80", .resource)],
        after: [value("gr[0]", "0x00000080", .plain)], outcome: "retires"),
    ], shows: "equal states but for psw.system_mask give different results in gr[0].")

  static let locationWitness = Witness(
    form: 0, encoding: "B2 10 20 00", fields: [value("r1", "0x1", .plain)],
    runs: [
      Witness.Run(
        caption: "as it stands", before: [value("r.base", "0x00", .map)],
        after: [value("gr[1]", "0x00000200", .plain)], outcome: "retires"),
      Witness.Run(
        caption: "moved by 0x40", before: [value("r.base", "0x40", .map)],
        after: [value("gr[1]", "0x00000240", .plain)], outcome: "retires"),
    ], shows: "moved by 0x40 it gives another gr[1].")

  static let timingWitness = Witness(
    form: 0, encoding: "B3 10", fields: [],
    runs: [
      Witness.Run(
        caption: "as it stands", before: [value("clock", "0x00000000", .timer)],
        after: [value("gr[1]", "0x00000000", .plain)], outcome: "retires"),
      Witness.Run(
        caption: "with clock changed", before: [value("clock", "0x00000007", .timer)],
        after: [value("gr[1]", "0x00000007", .plain)], outcome: "retires"),
    ], shows: "equal states but for clock give different results in gr[1].")

  static let retiresWitness = Witness(
    form: 0, encoding: "1A 12", fields: [value("r1", "0x1", .plain)],
    runs: [
      Witness.Run(
        caption: "in user mode", before: [value("psw.problem", "0x1", .mode)],
        after: [value("psw.ia", "0x001002", .pc)], outcome: "retires")
    ], shows: "it retires in user mode.")
}
