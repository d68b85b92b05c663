// swift-tools-version: 6.0
import PackageDescription

// Modules depend downward only, in the order in which they stand here.
let package = Package(
  name: "popek",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "popek", targets: ["popek"])
  ],
  targets: [
    // What a machine is: state with roles, the one intermediate representation.
    .target(name: "ISACore"),
    // Text to a checked `InstructionSet`.
    .target(name: "ISALanguage", dependencies: ["ISACore"]),
    // Hash-consed terms and the one simplifier.
    .target(name: "Terms", dependencies: ["ISACore"]),
    // The concrete machine: decodes, caches, executes.
    .target(name: "Machine", dependencies: ["ISACore"]),
    // Terms, the symbolic machine, SAT, SMT-LIB.
    .target(name: "Symbolic", dependencies: ["ISACore", "Terms"]),
    // Popek and Goldberg's definitions, the provers and the theorems.
    .target(name: "Classifier", dependencies: ["ISACore", "Terms", "Machine", "Symbolic"]),
    // Assembler and disassembler from the descriptions' templates.
    .target(name: "Assembler", dependencies: ["ISACore"]),
    // JSON, text, Markdown, HTML, SARIF.
    .target(name: "Reports", dependencies: ["ISACore", "ISALanguage", "Machine", "Classifier"]),
    .target(
      name: "Commands",
      dependencies: [
        "ISACore", "ISALanguage", "Machine", "Symbolic", "Classifier", "Assembler", "Reports",
      ]),
    .executableTarget(name: "popek", dependencies: ["Commands"]),
  ],
  swiftLanguageModes: [.v6]
)
