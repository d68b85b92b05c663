import ISACore

public enum Conformance {
  public struct Tally: Equatable, Sendable {
    public var passed = 0
    public var failed = 0
    public var unsupported = 0
    public var cases: Int { passed + failed + unsupported }
  }
  public struct Difference: Equatable, Sendable {
    public var place: String
    public var expected: String
    public var actual: String
  }
  public struct Failure: Equatable, Sendable {
    public var line: Int
    public var name: String
    public var bytes: String
    public var differences: [Difference]
  }
  public struct Unsupported: Equatable, Sendable {
    public var line: Int
    public var name: String
    public var reason: String
  }
  public struct Report: Equatable, Sendable {
    public var total = Tally()
    public var byMnemonic: [String: Tally] = [:]
    public var failures: [Failure] = []
    public var unsupported: [Unsupported] = []
  }
  public struct MalformedInput: Error, Equatable {
    public var line: Int
    public var column: Int
    public var message: String
  }
  public static func run(
    _ isa: InstructionSet, cases: [UInt8], choices: [ChoiceID: UInt128] = [:], threads: Int = 0
  ) throws -> Report { Report() }
}
