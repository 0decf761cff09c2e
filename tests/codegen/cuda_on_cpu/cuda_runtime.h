// CUDA's runtime as far as generated kernels use it, on the CPU: every CUDA thread is a thread, a block runs to its end
// before the next one starts. For tests of correctness only. Compile a .cu file with: g++ -std=c++20 -x c++ -I <here>
#pragma once

#include <array>
#include <barrier>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#define __global__ static
#define __device__
#define __host__
#define __shared__ static

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  dim3() = default;
  explicit dim3(unsigned width) : x(width) {}
};

enum cudaError_t { cudaSuccess = 0 };
using cudaStream_t = void*;

struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
};

inline thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace on_cpu {

constexpr unsigned WARP = 32;

// What the threads of a block share: a barrier for all, and for each warp a barrier and a place per lane for shuffles.
struct Block {
  std::barrier<> all;
  std::vector<std::unique_ptr<std::barrier<>>> warps;
  std::vector<std::array<unsigned char, 16>> lanes;

  explicit Block(unsigned threads) : all(threads), lanes(threads) {
    for (unsigned first = 0; first < threads; first += WARP) {
      warps.push_back(std::make_unique<std::barrier<>>(threads - first < WARP ? threads - first : WARP));
    }
  }
};

inline thread_local Block* block;

}  // namespace on_cpu

inline void __syncthreads() { on_cpu::block->all.arrive_and_wait(); }

template <class Value>
Value __shfl_xor_sync(unsigned, Value value, int distance) {
  static_assert(sizeof(Value) <= 16);
  auto& warp = *on_cpu::block->warps[threadIdx.x / on_cpu::WARP];
  std::memcpy(on_cpu::block->lanes[threadIdx.x].data(), &value, sizeof value);
  warp.arrive_and_wait();
  std::memcpy(&value, on_cpu::block->lanes[threadIdx.x ^ unsigned(distance)].data(), sizeof value);
  warp.arrive_and_wait();
  return value;
}

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...), Arguments... arguments) {
  on_cpu::Block block(config->blockDim.x);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < config->blockDim.x; ++t) {
    threads.emplace_back([&, t] {
      on_cpu::block = &block;
      threadIdx.x = t;
      blockDim = config->blockDim;
      gridDim = config->gridDim;
      for (unsigned b = 0; b < config->gridDim.x; ++b) {
        blockIdx.x = b;
        kernel(arguments...);
        __syncthreads();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return cudaSuccess;
}
