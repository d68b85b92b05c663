import ISACore
import Terms

/// An SMT solver found on the PATH: an optional helper for questions beyond the built-in search.
public struct ExternalSolver: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case z3, cvc5
  }

  public let kind: Kind
  /// The executable.
  public let path: String

  /// What to say when `find` finds nothing.
  public static let missing = "no SMT solver: neither z3 nor cvc5 is on the PATH"

  public init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  /// The first of `kinds` that is on the PATH.
  public static func find(_ kinds: [Kind] = Kind.allCases) -> ExternalSolver? {
    for kind in kinds {
      if let path = ChildProcess.executable(named: kind.rawValue) {
        return ExternalSolver(kind, path: path)
      }
    }
    return nil
  }

  private func arguments(milliseconds: Int) -> [String] {
    switch kind {
    case .z3: ["-in", "-smt2", "-T:\(max(1, milliseconds / 1000 + 1))"]
    case .cvc5: ["--lang=smt2", "--quiet", "--tlimit=\(milliseconds)", "-"]
    }
  }

  /// Decides whether the one-bit `question` can be 1.
  public func decide(
    _ question: Term, in arena: TermArena, milliseconds: Int = 10_000
  ) -> Decision {
    // Element values are asked for by index, because solvers print whole arrays each in their way.
    let cone = arena.cone(of: [question])
    let variables = cone.filter { arena.variable($0) != nil }
    let scalars = variables.filter { arena.node($0).indexWidth == 0 }
    let indices = Set(cone.filter { arena.node($0).op == .select }.map { arena.node($0).second })
    var reads: [(array: Term, index: Term, value: Term)] = []
    for array in variables where arena.node(array).indexWidth > 0 {
      for index in indices.sorted() where arena.node(index).width == arena.node(array).indexWidth {
        reads.append((array, index, arena.select(array, at: index)))
      }
    }
    let wanted = scalars + reads.flatMap { [$0.index, $0.value] }
    var printer = SMTPrinter(arena)
    let script = printer.script(question, values: wanted)
    let output: String
    switch ChildProcess.run(
      path, arguments(milliseconds: milliseconds), input: script,
      milliseconds: milliseconds + 1000)
    {
    case .success(let text): output = text
    case .failure(let failure): return .unknown(why: "\(kind.rawValue) \(failure.reason)")
    }
    var lines = output.split(separator: "\n", maxSplits: 1)
    let answer = lines.isEmpty ? "" : lines.removeFirst()
    switch answer {
    case "unsat": return .unsatisfiable
    case "sat": break
    default: return .unknown(why: "\(kind.rawValue) answered \(answer.prefix(80))")
    }
    guard let values = SMTValues.parse(lines.first ?? ""), values.count == wanted.count else {
      return .unknown(why: "the model of \(kind.rawValue) cannot be read")
    }
    var model = Assignment()
    for (term, value) in zip(scalars, values) { model.bits[term] = value }
    for (number, read) in reads.enumerated() {
      let position = scalars.count + 2 * number
      model.arrays[read.array, default: Assignment.Array()]
        .elements[UInt64(truncatingIfNeeded: values[position])] = values[position + 1]
    }
    let isRight = arena.evaluate(question, under: model) == 1
    return .satisfiable(model, isApproximate: !isRight)
  }
}

/// Reads the answer to `get-value`: `((name value) …)`.
enum SMTValues {
  /// The values in order; nil if the text is no such list of bit vectors.
  static func parse<Text: StringProtocol>(_ text: Text) -> [UInt128]? {
    var values: [UInt128] = []
    var depth = 0
    var isQuoted = false
    var word = ""
    // The last word, or the number of `(_ bv5 8)`, before a pair closes is its value.
    var latest: UInt128?
    func literal(_ word: String) -> UInt128? {
      if word.hasPrefix("#b") { return UInt128(word.dropFirst(2), radix: 2) }
      if word.hasPrefix("#x") { return UInt128(word.dropFirst(2), radix: 16) }
      if word.hasPrefix("bv") { return UInt128(word.dropFirst(2)) }
      return nil
    }
    for character in text {
      if character == "|" { isQuoted.toggle() }
      if isQuoted || !(character == "(" || character == ")" || character.isWhitespace) {
        word.append(character)
        continue
      }
      if !word.isEmpty {
        latest = literal(word) ?? latest
        word = ""
      }
      if character == "(" {
        depth += 1
        if depth == 2 { latest = nil }
      } else if character == ")" {
        depth -= 1
        if depth == 1 {
          guard let latest else { return nil }
          values.append(latest)
        }
        if depth == 0 { return values }
      }
    }
    return text.isEmpty ? [] : nil
  }
}
