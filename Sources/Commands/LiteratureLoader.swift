import ISACore
import ISALanguage
import Library
import Reports

/// Finds what others published of a machine, to be printed beside what is found here.
struct LiteratureLoader {
  /// A file that speaks of a machine, read.
  private struct File {
    var source: SourceFile
    var literature: PublishedClassification?
    var diagnostics: [Diagnostic]
  }

  private let loader: MachineLoader

  init(_ loader: MachineLoader) {
    self.loader = loader
  }

  /// - Throws: `InputError` at the first file that cannot be read.
  func literature(of entry: DescriptionLibrary.Entry) throws -> [PublishedClassification] {
    try files(of: entry).compactMap { file in
      if let fault = file.diagnostics.first {
        let (line, column) = file.source.position(of: Int(fault.span.start))
        throw InputError("\(file.source.path):\(line):\(column): \(fault.message)")
      }
      return file.literature
    }
  }

  /// What is wrong in the files that speak of a machine, each with its own text.
  func diagnostics(
    of entry: DescriptionLibrary.Entry, _ isa: InstructionSet?
  ) throws -> [(diagnostics: [Diagnostic], sources: [SourceFile])] {
    try files(of: entry).map { file in
      var diagnostics = file.diagnostics
      if let isa, let literature = file.literature {
        diagnostics += LiteratureReader.unknownInstructions(in: literature, isa)
      }
      return (diagnostics, [file.source])
    }
  }

  private func files(of entry: DescriptionLibrary.Entry) throws -> [File] {
    let (files, machines) = loader.library.literature(of: entry)
    return try files.compactMap { file in
      let text = try DescriptionLibrary.text(of: file)
      let (literature, diagnostics) = LiteratureReader.read(text)
      // A file that cannot be read may be about any machine.
      guard literature?.machines.contains(where: { machines.contains($0.id) }) != false else {
        return nil
      }
      return File(
        source: SourceFile(path: file.path, text: text), literature: literature,
        diagnostics: diagnostics)
    }
  }
}
