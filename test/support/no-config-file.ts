// Run before all tests: they, and the programs that they start, read no voicebot.env from the working folder.

process.env.CONFIG_FILE = ''
