import ISACore
import Machine

/// A program on its way through the passes.
struct AssemblyProgram {
  let table: FormTable
  let unitWidth: Int
  private let text: [ArraySlice<UInt8>]
  private(set) var statements: [AssemblyStatement] = []
  /// By statement; nil where there is no instruction, or none that can be read.
  private(set) var instructions: [InstructionLine?] = []
  /// Units of each statement in the last pass.
  private(set) var sizes: [Int] = []
  private(set) var symbols: [String: AssemblyValue] = [:]
  /// Where each symbol is declared: index of the statement.
  private(set) var declarations: [String: Int] = [:]
  private var errors: [AssemblyError] = []
  private var isSettled = false

  /// From this pass on lines do not shrink any more, so that the passes end.
  private static let firstGrowingPass = 8
  private static let mostPasses = 64

  init(_ source: String, table: FormTable) {
    self.table = table
    unitWidth = table.isa.memories[Int(table.isa.fetch.memory)].unitWidth
    text = Array(source.utf8).split(separator: 10, omittingEmptySubsequences: false)
      .map { $0.last == 13 ? $0.dropLast() : $0 }
    for (index, bytes) in text.enumerated() { read(bytes, line: index + 1) }
    for (statement, line) in zip(statements, instructions) {
      guard let (name, offset) = line?.undefinedSymbol({ declarations[$0] != nil }) else {
        continue
      }
      let help = Suggestion.closest(to: name, among: declarations.keys.sorted())
      report(
        LineError(
          "'\(name)' is not defined", at: offset, help: help.map { "write `\($0)`" }), statement)
    }
  }

  /// Passes until no label moves.
  mutating func settle() {
    guard errors.isEmpty else { return }
    for pass in 0..<Self.mostPasses {
      var run = Pass(program: self, mayShrink: pass < Self.firstGrowingPass, isFinal: false)
      run.perform()
      let changed = run.sizes != sizes || run.symbols != symbols
      sizes = run.sizes
      symbols = run.symbols
      if !changed {
        isSettled = true
        return
      }
    }
  }

  /// The last pass: units, or what is wrong.
  mutating func finish() -> Assembler.Result {
    guard errors.isEmpty else { return .failure(Array(errors.prefix(Assembler.mostErrors))) }
    var run = Pass(program: self, mayShrink: false, isFinal: true)
    run.perform()
    for (error, statement) in run.errors { report(error, statements[statement]) }
    if !isSettled, errors.isEmpty {
      report(LineError("the addresses of the program do not settle", at: 0), statements.first)
    }
    guard errors.isEmpty else { return .failure(Array(errors.prefix(Assembler.mostErrors))) }
    guard let image = MemoryImage(unitWidth: unitWidth, segments: run.segments) else {
      report(LineError("two parts of the program lie at the same address", at: 0), statements.last)
      return .failure(errors)
    }
    let listing = zip(statements, run.placed).map { statement, placed in
      Assembler.ListingLine(
        line: statement.line, address: placed.address, units: placed.units,
        text: statement.isContinuation
          ? "" : String(decoding: text[statement.line - 1], as: UTF8.self))
    }
    let names = symbols.map { (name: $0.key, value: $0.value.number) }
    return .success(
      Assembler.Output(image: image, listing: listing, symbols: names.sorted { $0.name < $1.name }))
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>, line: Int) {
    do throws(LineError) {
      let statement = try AssemblyStatement(line: line, bytes: bytes)
      statements.append(statement)
      instructions.append(nil)
      sizes.append(0)
      for label in statement.labels { declare(label.name, at: label.offset, statement) }
      switch statement.body {
      case .empty: break
      case .directive(.equate(let name, _, let offset)): declare(name, at: offset, statement)
      case .directive: break
      case .instruction(let mnemonic, let offset, let operands):
        guard table.prefixes[mnemonic] == nil || table.forms[mnemonic] != nil else { break }
        do throws(LineError) {
          instructions[instructions.count - 1] = try InstructionLine(
            mnemonic: mnemonic, at: offset, operands: operands, table: table)
        } catch {
          guard let lines = try expansion(mnemonic, at: offset, operands) else { throw error }
          expand(into: lines, at: offset)
        }
      }
    } catch {
      report(error, line: line, Array(bytes))
    }
  }

  /// What a line stands for that is no instruction as it is written; nil if nothing.
  private func expansion(
    _ mnemonic: String, at offset: Int, _ operands: LineScanner
  ) throws(LineError) -> [(text: [UInt8], line: InstructionLine)]? {
    // Of an instruction's own mnemonic its own message says more.
    if table.forms[mnemonic] != nil {
      return (try? table.aliased(mnemonic, at: offset, operands)) ?? nil
    }
    return try table.aliased(mnemonic, at: offset, operands)
  }

  /// Puts the instructions that a line stands for in the place of the last statement.
  private mutating func expand(
    into lines: [(text: [UInt8], line: InstructionLine)], at offset: Int
  ) {
    for (index, (text, line)) in lines.enumerated() {
      if index > 0 {
        var statement = statements[statements.count - 1]
        statement.labels = []
        statement.isContinuation = true
        statements.append(statement)
        instructions.append(nil)
        sizes.append(0)
      }
      statements[statements.count - 1].aliasOffset = offset
      statements[statements.count - 1].body = .instruction(
        mnemonic: "", mnemonicOffset: 0, operands: LineScanner(text, offset: text.count))
      instructions[instructions.count - 1] = line
    }
  }

  private mutating func declare(_ name: String, at offset: Int, _ statement: AssemblyStatement) {
    if let first = declarations[name] {
      report(
        LineError(
          "'\(name)' is defined twice", at: offset,
          help: "it stands in line \(statements[first].line) already"), statement)
    } else {
      declarations[name] = statements.count - 1
    }
  }

  private mutating func report(_ error: LineError, _ statement: AssemblyStatement?) {
    if let offset = statement?.aliasOffset, let statement {
      report(
        LineError(error.message, at: offset, help: error.help), line: statement.line,
        statement.bytes)
      return
    }
    report(error, line: statement?.line ?? 1, statement?.bytes ?? [])
  }

  private mutating func report(_ error: LineError, line: Int, _ bytes: [UInt8]) {
    guard errors.count < Assembler.mostErrors else { return }
    let column = bytes.prefix(error.offset).count { $0 & 0xC0 != 0x80 } + 1
    errors.append(AssemblyError(error.message, line: line, column: column, help: error.help))
  }
}
