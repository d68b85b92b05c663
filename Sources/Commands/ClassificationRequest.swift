import Classifier
import ISACore
import Symbolic

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The classification that a command line asks for: which pair of modes, with which helpers.
struct ClassificationRequest {
  private let isa: InstructionSet
  private let modePair: Int
  private let options: Classifier.Options

  static let modesOption = CommandOption.value(
    "modes", "NAME", "the pair of modes; default is the description's first")
  static let solverOption = CommandOption.value(
    "solver", "SOLVER", "an SMT solver for what is left open: z3, cvc5, or a path")

  /// - Parameters:
  ///   - modes: the name of the pair of modes; nil for what the command line's `--modes` says.
  ///   - instructions: indices of those asked for; nil for all.
  init(
    _ arguments: ParsedArguments, _ isa: InstructionSet, modes: String? = nil,
    instructions: [Int]? = nil
  ) throws {
    self.isa = isa
    guard !isa.modePairs.isEmpty else {
      throw InputError("\(isa.id) declares no modes, so there is nothing to classify")
    }
    if let name = modes ?? arguments.value("modes") {
      guard let index = isa.modePairs.firstIndex(where: { $0.name == name }) else {
        let names = isa.modePairs.map(\.name)
        throw UsageError(
          "\(isa.id) has no modes '\(name)'", help: "one of \(names.joined(separator: ", "))")
      }
      modePair = index
    } else {
      modePair = 0
    }
    var options = Classifier.Options()
    options.instructions = instructions
    options.solver = try Self.solver(arguments)
    self.options = options
  }

  /// The solver asked for, made sure of: a verdict must not silently do without it.
  private static func solver(_ arguments: ParsedArguments) throws -> String? {
    guard let name = arguments.value("solver") else { return nil }
    let kinds = ExternalSolver.Kind.allCases
    guard let kind = kinds.first(where: { name.hasSuffix($0.rawValue) }) else {
      let names = kinds.map(\.rawValue).joined(separator: ", ")
      throw UsageError("'\(name)' is no solver that Popek can speak to", help: "one of \(names)")
    }
    let isThere =
      name.contains("/")
      ? FileManager.default.isExecutableFile(atPath: name) : ExternalSolver.find([kind]) != nil
    guard isThere else {
      throw InputError("\(name) is not there", help: "install it, or go without --solver")
    }
    return name
  }

  func perform(_ console: Console) throws -> Classification {
    console.progress("classifying \(isa.id)")
    defer { console.clearProgress() }
    return Classifier(isa, options: options).classify(modePair: modePair)
  }
}
