// pm2 start ecosystem.config.js, beside manifests/ and .env. `pm2 save` and `pm2 startup` bring it back after a reboot.
module.exports = {
  apps: [
    {
      name: "reconcile",
      script: "reconcile",
      args: ["--loop", "-f", "manifests", "--env-file", ".env", "--listen", "127.0.0.1:9464", "--log-format", "json"],
      cwd: __dirname,
      interpreter: "none",
      // One process for a slot: a second would find it locked.
      exec_mode: "fork",
      instances: 1,
      autorestart: true,
      exp_backoff_restart_delay: 1000,
      // An invalid command line or manifest does not heal by itself.
      stop_exit_codes: [64, 65],
      // --grace is 25 s; PM2 would kill after 1.6 s.
      kill_timeout: 30000,
      // A changed manifest is taken up without a restart.
      watch: false,
    },
  ],
};
