"""From a question to a sentence with its evidence: parser, plan, tools, composer. It sees a View, never a connector or an engine."""
