//! Generates the service from the IDL; volo needs no Thrift compiler.

fn main() {
    volo_build::Builder::thrift()
        .add_service("../tasks.thrift")
        .write()
        .expect("bench/peers/tasks.thrift does not compile");
}
