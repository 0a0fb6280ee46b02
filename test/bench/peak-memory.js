// Preloaded into a measured process: writes the most resident memory that it ever had, in bytes, to PEAK_MEMORY_FILE.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const { exit } = process;
// spangate takes all listeners of its end away, so that no user's module can change it, and then calls this.
process.exit = (code) => {
	// On Linux maxRSS also knows what the parent had when it forked; VmHWM begins with the program.
	const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
	const kilobytes = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
	writeFileSync(process.env.PEAK_MEMORY_FILE, String(kilobytes * 1024));
	exit(code);
};
