#!/usr/bin/env bash
# rabbitmq.sh FOLDER PORT: a RabbitMQ broker of its own on loopback, all its state in FOLDER; as user rabbitmq, in the foreground.
# Its distribution port is PORT + 1, its port mapper's PORT + 2 (an epmd started there by the caller is used).
set -euo pipefail
folder=$1 port=$2
export HOME=$folder ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((port + 2))
export RABBITMQ_NODENAME=pharos-$port@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$port
export RABBITMQ_DIST_PORT=$((port + 1)) RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
export RABBITMQ_MNESIA_BASE=$folder/db RABBITMQ_LOG_BASE=$folder/log RABBITMQ_PID_FILE=$folder/pid RABBITMQ_LOGS=-
export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE=$folder/plugins
echo '[].' >"$RABBITMQ_ENABLED_PLUGINS_FILE"
cd "$folder"
exec /usr/lib/rabbitmq/bin/rabbitmq-server
