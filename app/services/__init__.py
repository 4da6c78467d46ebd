"""What we do: the only writers. Every verb takes an Office and, where a person asks for it, an Actor."""
