import ISACore
