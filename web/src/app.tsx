import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { createQueryClient } from './api/queries.ts'
import { router } from './routes.ts'
import { hangScreens, loadScreensWhenIdle } from './screens.tsx'

hangScreens()
loadScreensWhenIdle()

export function App() {
  const [queries] = useState(createQueryClient)
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  )
}
