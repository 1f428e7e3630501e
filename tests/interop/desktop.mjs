// SPDX-License-Identifier: MIT
// A screen that nobody sees, and programs on it that refuse to run as root.
import { spawn } from 'node:child_process';
import fs from 'node:fs';

const nobody = 65534;
const isRoot = process.getuid() === 0;

export class Desktop {
  // `home`: made here, and the programs' own.
  static async open(home) {
    const desktop = new Desktop();
    desktop.home = home;
    desktop.programs = [];
    fs.mkdirSync(home, { recursive: true });
    desktop.screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x720x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    desktop.display = await new Promise((resolve, reject) => {
      desktop.screen.stdio[3].once('data', (data) => resolve(`:${String(data).trim()}`));
      desktop.screen.once('exit', () => reject(new Error('Xvfb ended')));
    });
    return desktop;
  }

  // What was written to the home belongs to whoever runs the programs.
  giveHome() {
    if (!isRoot) return;
    fs.chownSync(this.home, nobody, nobody);
    for (const name of fs.readdirSync(this.home, { recursive: true })) fs.chownSync(`${this.home}/${name}`, nobody, nobody);
  }

  run(command, args) {
    this.giveHome();
    const whole = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', command, ...args] : [command, ...args];
    const child = spawn(whole[0], whole.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, so that its children end with it
      cwd: this.home,
      env: { ...process.env, HOME: this.home, DISPLAY: this.display, XDG_RUNTIME_DIR: this.home, LIBGL_ALWAYS_SOFTWARE: '1', QT_QPA_PLATFORM: 'xcb' },
    });
    child.output = '';
    child.stdout.on('data', (data) => (child.output += data));
    child.stderr.on('data', (data) => (child.output += data));
    child.gone = new Promise((resolve) => child.once('exit', resolve));
    this.programs.push(child);
    return child;
  }

  async close() {
    for (const child of this.programs) {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
      await child.gone;
    }
    this.screen.kill('SIGKILL');
  }
}
