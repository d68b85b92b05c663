import ISACore
import Machine

/// Turns text into units by the syntax templates of a description.
///
/// Addresses of labels and the choice between forms of different length depend on each other;
/// passes over the program are repeated until neither changes.
public struct Assembler {
  private let table: FormTable

  public init(_ isa: InstructionSet) {
    table = FormTable(isa)
  }

  /// One line of the listing: where its units went, and the text.
  public struct ListingLine: Sendable {
    /// From 1.
    public var line: Int
    /// Address of the first unit; for a line without units the location there.
    public var address: UInt64
    public var units: [UInt128]
    public var text: String
  }

  public struct Output: Sendable {
    public var image: MemoryImage
    public var listing: [ListingLine]
    /// Labels and `.equ` names with their values, in the order of their names.
    public var symbols: [(name: String, value: Int128)]
  }

  public enum Result: Sendable {
    case success(Output)
    /// Never empty; in the order of the lines.
    case failure([AssemblyError])
  }

  /// More messages than anybody reads.
  static let mostErrors = 100

  public func assemble(_ source: String) -> Result {
    var program = AssemblyProgram(source, table: table)
    program.settle()
    return program.finish()
  }
}
