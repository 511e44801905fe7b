//! Puts a function into interoptopus' inventory by its signature, which the compiler compares with the function itself.
//!
//! The `#[ffi]` attribute on a function would take `extern "C"` and `no_mangle` from it, so the functions stay plain.

use interoptopus::inventory::{FunctionId, RustInventory};
use interoptopus::lang::function::Function;
use interoptopus::lang::meta::{Docs, Emission, FileEmission, Visibility};
use interoptopus::lang::types::{TypeInfo, TypeKind};

/// Registers `name(argument: type, …) -> type`. A signature that is not that of the function does not compile.
macro_rules! function {
    ($inventory:expr, $name:ident($($argument:ident: $type:ty),*) -> $result:ty) => {{
        const _: unsafe extern "C" fn($($type),*) -> $result = s3kms_abi::$name;
        $crate::register::register::<extern "C" fn($($type),*) -> $result>(
            $inventory,
            stringify!($name),
            &[$(stringify!($argument)),*],
        );
    }};
}
pub(crate) use function;

/// Registers a function whose signature is that of the function pointer `F`.
pub fn register<F: TypeInfo>(inventory: &mut RustInventory, name: &str, arguments: &[&str]) {
    // Its own registration would make a C# delegate of the pointer; only what it mentions is wanted.
    let mut mentioned = RustInventory::new();
    F::register(&mut mentioned);
    for (id, ty) in mentioned.types {
        if id != F::id() {
            inventory.register_type(id, ty);
        }
    }
    let TypeKind::FnPointer(mut signature) = F::kind() else { unreachable!("F is a function pointer") };
    for (argument, name) in signature.arguments.iter_mut().zip(arguments) {
        argument.name = (*name).to_string();
    }
    // FNV-1a of the name: an id that stays the same from run to run.
    let id = name.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    let function = Function {
        name: name.to_owned(),
        visibility: Visibility::Public,
        docs: Docs::from_line("See `s3kms.h`."),
        emission: Emission::FileEmission(FileEmission::Default),
        signature,
    };
    inventory.register_function(FunctionId::new(id), function);
}
