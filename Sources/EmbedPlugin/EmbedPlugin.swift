import PackagePlugin

/// Compiles every description under `ISAs/` into the library, and with it the guests in the folders
/// `guests` with their card decks and the publications in the folders `literature`, so that the
/// installed program stands alone.
///
/// All files there are inputs of the command: an edited or a new description is noticed, and what
/// lies beside the descriptions is nobody's unhandled file.
@main
struct EmbedPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let root = context.package.directoryURL
    let folder = root.appending(path: "ISAs/").path(percentEncoded: false)
    let files = module.sourceFiles.map(\.url).filter {
      $0.path(percentEncoded: false).hasPrefix(folder)
    }
    let embedded = files.filter { file in
      file.pathExtension == "isa"
        || file.deletingLastPathComponent().lastPathComponent == "literature"
          && file.pathExtension == "lit"
        || file.deletingLastPathComponent().lastPathComponent == "guests"
          && ["s", "deck", "elf"].contains(file.pathExtension)
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedDescriptions.swift")
    return [
      .buildCommand(
        displayName: "Embedding \(embedded.count) descriptions and guests",
        executable: try context.tool(named: "EmbedDescriptions").url,
        arguments: ([output, root] + embedded).map { $0.path(percentEncoded: false) },
        inputFiles: files,
        outputFiles: [output])
    ]
  }
}
